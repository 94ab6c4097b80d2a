// From a message at one node to the wake-up of the node that waits for it, over PostgreSQL; beside it a bare LISTEN/NOTIFY.
import { Client } from 'pg';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { ask, entry, leased, request } from '../../test/stores/builders.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { quantile, round, show } from '../figures.ts';
import { emit } from '../row.ts';

const ROUNDS = 300;
const WARM = 20;

async function bare(connectionString: string): Promise<number[]> {
  const [listener, notifier] = [new Client({ connectionString }), new Client({ connectionString })];
  await Promise.all([listener.connect(), notifier.connect()]);
  await listener.query('listen bench');
  const times: number[] = [];
  for (let count = 0; count < WARM + ROUNDS; count += 1) {
    const heard = new Promise<void>((resolve) => {
      listener.once('notification', () => resolve());
    });
    const began = performance.now();
    await notifier.query("select pg_notify('bench', '1')");
    await heard;
    times.push(performance.now() - began);
  }
  await Promise.all([listener.end(), notifier.end()]);
  return times.slice(WARM);
}

/** The message is durable and its attempt told from the others before anybody is woken. */
async function ours(url: string): Promise<number[]> {
  const clock = createSystemClock();
  const [here, there] = [await openPostgresStore(url, clock), await openPostgresStore(url, clock)];
  const at = Date.now();
  const lease = await leased(there.store, request({ at, ttlMs: 3_600_000 }));
  await ask(there.store, lease, at, 3_600_000);
  let woken = (): void => undefined;
  const deaf = there.wakes.on((topic) => {
    if (topic !== null) woken();
  });
  const times: number[] = [];
  for (let count = 0; count < WARM + ROUNDS; count += 1) {
    const heard = new Promise<void>((resolve) => {
      woken = resolve;
    });
    const message = entry(lease.attempt, {}, Date.now());
    const began = performance.now();
    await here.store.messages.record(message);
    await heard;
    times.push(performance.now() - began);
  }
  deaf();
  await Promise.all([here.store.close(), there.store.close()]);
  return times.slice(WARM);
}

const server = await startPostgres({ flags: ['-c', 'fsync=on', '-c', 'synchronous_commit=on'] });
const [theirs, own] = [await bare(await server.database()), await ours(await server.database())];
await server.stop();
const [p99, bareP99] = [quantile(own, 0.99), quantile(theirs, 0.99)];
emit({
  what: 'message at one node to wake-up of another (PostgreSQL)',
  figure: `p50 ${show(quantile(own, 0.5), 'ms')}, p99 ${show(p99, 'ms')}`,
  beside: `bare LISTEN/NOTIFY: p50 ${show(quantile(theirs, 0.5), 'ms')}, p99 ${show(bareP99, 'ms')}`,
  ratio: round(p99 / bareP99),
  reach: 'p99 <= 5 x and 25 ms',
  holds: p99 <= 5 * bareP99 && p99 <= 25,
  data: {
    p50Ms: round(quantile(own, 0.5)),
    p99Ms: round(p99),
    bareP50Ms: round(quantile(theirs, 0.5)),
    bareP99Ms: round(bareP99),
  },
});
process.exit(0);
