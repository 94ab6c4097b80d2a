import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { QueuedTick, TickQueue } from '../../src/ports/tick-queue.ts';
import { openPgBossQueue } from '../../src/queue/pg-boss-queue.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const clock = createSystemClock();
const logger = { log: () => undefined };
let postgres: TestPostgres;
let url: string;
let ended: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.database();
}, 60_000);

afterEach(async () => {
  await Promise.all(ended.map((end) => end()));
  ended = [];
});

afterAll(() => postgres.stop());

async function open(): Promise<TickQueue> {
  const queue = await openPgBossQueue({ url, clock, logger });
  ended.push(() => queue.close());
  return queue;
}

let made = 0;
const tick = (location: string, over: Partial<QueuedTick> = {}): QueuedTick => {
  made += 1;
  return { key: `p|${made}|${location}`, probe: 'p', tickAt: made, location, handedOver: null, ...over };
};

/** A node that takes ticks; `seen` resolves when it has taken so many. */
function node(
  queue: TickQueue,
  locations: readonly string[],
  decide: (tick: QueuedTick) => void = () => undefined,
) {
  const taken: QueuedTick[] = [];
  const stopping = new AbortController();
  const waiting = new Set<() => void>();
  const working = queue.work(
    () => locations,
    (given) => {
      taken.push(given);
      for (const look of waiting) look();
      decide(given);
      return Promise.resolve();
    },
    stopping.signal,
  );
  const stop = () => {
    stopping.abort(new Error('stop'));
    return working;
  };
  ended.unshift(stop);
  const seen = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (taken.length >= count) resolve();
      };
      waiting.add(look);
      look();
    });
  return { taken, seen, stop };
}

test('each of many ticks, put in by two nodes, is taken by one', async () => {
  const [one, two] = await Promise.all([open(), open()]);
  const ticks = Array.from({ length: 40 }, () => tick('fra'));
  const all = Promise.withResolvers<void>();
  const taken: string[] = [];
  const note = ({ key }: QueuedTick) => {
    taken.push(key);
    if (taken.length === ticks.length) all.resolve();
  };
  const nodes = [node(one, ['fra'], note), node(two, ['fra'], note)];
  await Promise.all(ticks.flatMap((each) => [one.put(each), two.put(each)]));
  await all.promise;
  await Promise.all(nodes.map(({ stop }) => stop()));
  expect(taken.toSorted()).toEqual(ticks.map(({ key }) => key).toSorted());
}, 60_000);

test('a tick is taken in its location only', async () => {
  const queue = await open();
  const there = node(queue, ['iad']);
  const [ours, theirs] = [tick('nrt'), tick('iad')];
  await queue.put(ours);
  await queue.put(theirs);
  await there.seen(1);
  expect(there.taken).toEqual([theirs]);
});

test('a copy that comes when the tick is long decided is dropped', async () => {
  const queue = await open();
  const here = node(queue, ['syd']);
  const first = tick('syd');
  await queue.put(first);
  await here.seen(1);
  await queue.put(first);
  const next = tick('syd');
  await queue.put(next);
  await here.seen(2);
  expect(here.taken).toEqual([first, next]);
});

test('a tick that is handed over is another job than the tick itself', async () => {
  const queue = await open();
  const here = node(queue, ['gru']);
  const first = tick('gru');
  const again = { ...first, handedOver: { account: 'sms-1' } };
  await queue.put(first);
  await here.seen(1);
  await queue.put(again);
  await queue.put(again);
  await here.seen(2);
  expect(here.taken).toEqual([first, again]);
});

test('a tick that a node gives back goes on to be taken', async () => {
  const queue = await open();
  let refusals = 0;
  const here = node(queue, ['lhr'], () => {
    refusals += 1;
    if (refusals === 1) throw new Error('the daemon is stopping');
  });
  await queue.put(tick('lhr'));
  await here.seen(2);
  expect(here.taken[0]).toEqual(here.taken[1]);
});

test('a tick whose node says nothing more goes to another', async () => {
  const queue = await open();
  const given = tick('cdg');
  await queue.put(given);
  await postgres.query(
    url,
    `update twofa_queue.job set state = 'active', started_on = now() - interval '60 s', heartbeat_on = now() - interval '11 s' where name = 'ticks/cdg'`,
  );
  const here = node(queue, ['cdg']);
  await here.seen(1);
  expect(here.taken).toEqual([given]);
}, 60_000);

test('where the server is away, putting fails as a store that is down', async () => {
  const gone = openPgBossQueue({ url: 'postgres://u:p@127.0.0.1:1/x', clock, logger });
  await expect(gone).rejects.toMatchObject({ name: 'StoreDown' });
});
