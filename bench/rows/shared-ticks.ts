// What PostgreSQL pays, beside the login itself, for nodes that share a schedule: each tick put in by every node and taken
// by one, and the look that each waiting attempt takes once a second. Processor time of all its processes.
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { openPgBossQueue } from '../../src/queue/pg-boss-queue.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { round, show } from '../figures.ts';
import { postgresCpu } from '../postgres-cpu.ts';
import { emit } from '../row.ts';

const NODES = 4;
const TICKS = 1000;
const LOOKS = 4000;
/** As many calls as a node has connections. */
const AT_ONCE = 8;

const server = await startPostgres({ flags: ['-c', 'fsync=on', '-c', 'synchronous_commit=on'] });
const spent = await postgresCpu(server);
const url = await server.database();
const clock = createSystemClock();
const logger = { log: () => undefined };
const queues = await Promise.all(
  Array.from({ length: NODES }, () => openPgBossQueue({ url, clock, logger })),
);
const stopping = new AbortController();
let taken = 0;
let allTaken = (): void => undefined;
const done = new Promise<void>((resolve) => {
  allTaken = resolve;
});
const take = async () => {
  taken += 1;
  if (taken === TICKS) allTaken();
};
const working = queues.map((queue) => queue.work(() => ['here'], take, stopping.signal));

let next = 0;
const beforeTicks = spent();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < TICKS) {
      const tick = {
        key: `probe-${next}|0|here`,
        probe: `probe-${next}`,
        tickAt: 0,
        location: 'here',
        handedOver: null,
      };
      next += 1;
      await Promise.all(queues.map((queue) => queue.put(tick)));
    }
  }),
);
await done;
const tickMs = (spent() - beforeTicks) / TICKS;
stopping.abort();
await Promise.all(working);
await Promise.all(queues.map((queue) => queue.close()));

const { store } = await openPostgresStore(await server.database(), clock);
let looked = 0;
const beforeLooks = spent();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (looked < LOOKS) {
      looked += 1;
      await store.messages.addressed(`attempt-${looked}`);
    }
  }),
);
const lookMs = (spent() - beforeLooks) / LOOKS;
await store.close();
await server.stop();
emit({
  what: `PostgreSQL's processor time of a tick that ${NODES} nodes put in and one takes`,
  figure: show(tickMs, 'ms'),
  beside: `a look of a waiting attempt, one a second: ${show(lookMs, 'ms')}`,
  ratio: null,
  reach: 'for the record',
  holds: null,
  data: { nodes: NODES, tickMs: round(tickMs), lookMs: round(lookMs), takenTicks: taken },
});
process.exit(0);
