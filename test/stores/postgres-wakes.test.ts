import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { openPostgresStore, type PostgresStore } from '../../src/stores/postgres.ts';
import { until } from '../support/until.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { ask, entry, leased, request, T } from './builders.ts';

let postgres: TestPostgres;
let url: string;
let here: PostgresStore;
let there: PostgresStore;

const open = () => openPostgresStore(url, createSystemClock());

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.database();
  [here, there] = await Promise.all([open(), open()]);
}, 60_000);

afterAll(async () => {
  await Promise.all([here.store.close(), there.store.close()]);
  await postgres.stop();
});

/** By their own word at the server: a node that has only connected does not hear yet; one that listens asks for 1 now and then. */
const bothListen = async () => {
  const rows = await postgres.query(
    url,
    `select pid from pg_stat_activity where application_name = 'twofa-prober listener' and state = 'idle'
      and (query like 'listen%' or query = 'select 1')`,
  );
  return rows.length === 2 ? rows : null;
};

/** Resolves when the node hears of the topic. */
const hears = ({ wakes }: PostgresStore, topic: string | null) =>
  new Promise<void>((resolve) => {
    const deaf = wakes.on((told) => {
      if (told !== topic) return;
      deaf();
      resolve();
    });
  });

test('a message that one node takes wakes the attempt that waits on another', async () => {
  await until(bothListen, AbortSignal.timeout(15_000));
  const listening = hears(there, null);
  await postgres.query(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'twofa-prober listener'`,
  );
  // The connection was cut: the listener is there again, and has told everybody to look.
  await listening;
  const lease = await leased(here.store, request());
  await ask(here.store, lease, T + 1000);
  const woken = hears(there, `attempt ${lease.attempt}`);
  await here.store.messages.record(entry(lease.attempt));
  await woken;
  expect(await there.store.messages.addressed(lease.attempt)).toHaveLength(1);
});

test('what is told in the feed wakes who listens to it', async () => {
  // Before this the listeners of both were cut off.
  await until(bothListen, AbortSignal.timeout(15_000));
  const woken = hears(here, 'feed');
  await there.store.feed.append([{ at: T, event: 'x' }]);
  await woken;
  expect((await here.store.feed.read(0, 10)).map(({ event }) => event)).toEqual(['x']);
});

test('nodes agree on the time, whatever their own clocks say', () => {
  const apartMs = Math.abs(here.clock.now() - there.clock.now());
  expect(apartMs).toBeLessThanOrEqual(here.offset().errorMs + there.offset().errorMs + 2);
});
