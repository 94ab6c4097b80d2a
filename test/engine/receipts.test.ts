import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import { HOUR, MINUTE, SECOND } from '../../src/domain/units.ts';
import { Receipts } from '../../src/engine/receipts.ts';
import type { EventOf, ProbeEvent } from '../../src/ports/observer.ts';
import { StoreDown, type Store } from '../../src/ports/store.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/stores/sqlite.ts';
import { aCode, anAttempt, aPlan, NOON } from '../support/builders.ts';

let store: Store;
let now = NOON;
let ended: Attempt[] = [];
let events: ProbeEvent[] = [];

beforeEach(async () => {
  store = await openSqliteStore(IN_MEMORY, { boot: 'b1' });
  now = NOON;
  ended = [];
  events = [];
});
afterEach(() => store.close());

function open(): Receipts {
  const receipts = new Receipts({
    state: store.state,
    attempts: { find: async ({ since = 0 }) => ended.filter(({ finishedAt }) => finishedAt >= since) },
    notify: (event) => void events.push(event),
    logger: { log: () => undefined },
    now: () => now,
  });
  receipts.route(new Map([['+15005550111', 'us-a']]));
  return receipts;
}

/** A code of us-a that was asked for at NOON + `atMs`; it came after four seconds, unless it was lost. */
function attempt(id: string, atMs: number, result: 'on_time' | 'lost' | 'unmeasured' = 'on_time'): Attempt {
  const requestedAt = NOON + atMs;
  const deliveryMs = result === 'on_time' ? 4 * SECOND : null;
  const tookMs = result === 'on_time' ? 5 * SECOND : 5 * MINUTE;
  return anAttempt(aPlan(id, { startedAt: requestedAt }), {
    code: aCode(result, deliveryMs, { requestedAt }),
    finishedAt: requestedAt + tookMs,
  });
}

const receipt = (said: Receipt['said'], atMs: number, change: Partial<Receipt> = {}): Receipt => ({
  inbox: 'sent',
  providerId: 'SM1',
  to: '+15005550111',
  said,
  error: null,
  at: NOON + atMs,
  ...change,
});

function finish(receipts: Receipts, one: Attempt): void {
  ended.push(one);
  now = Math.max(now, one.finishedAt);
  receipts.observe({ kind: 'attempt_finished', attempt: one });
}

const isJudged = (event: ProbeEvent): event is EventOf['receipt_judged'] => event.kind === 'receipt_judged';
/** After all that was begun. */
async function judged(receipts: Receipts): Promise<string[]> {
  await receipts.keep([]);
  await receipts.keep([]);
  return events.filter(isJudged).map((event) => `${event.attempt} ${event.truth}`);
}

test.each([
  ['delivered', 'on_time', 'delivered_seen'],
  ['delivered', 'lost', 'delivered_never_seen'],
  ['failed', 'on_time', 'failed_seen'],
  ['failed', 'lost', 'failed_never_seen'],
] as const)('said %s, and %s: %s, once the attempt has ended', async (said, result, truth) => {
  const receipts = open();
  await receipts.keep([receipt('pending', 1000), receipt(said, 3000)]);
  expect(await judged(receipts)).toEqual([]);
  finish(receipts, attempt('a1', 0, result));
  expect(await judged(receipts)).toEqual([`a1 ${truth}`]);
  expect(await receipts.of('a1')).toMatchObject([
    { providerId: 'SM1', phone: 'us-a', said, firstAt: NOON + 1000, saidAt: NOON + 3000 },
  ]);
  expect(JSON.stringify(await store.state.read(''))).not.toContain('5005550111');
});

test('what we could not measure is evidence, and counts for nothing', async () => {
  const receipts = open();
  await receipts.keep([receipt('delivered', 1000)]);
  finish(receipts, attempt('a1', 0, 'unmeasured'));
  expect(await judged(receipts)).toEqual([]);
  expect(await receipts.of('a1')).toHaveLength(1);
});

test('a final receipt long after the attempt finds it by the first one', async () => {
  const receipts = open();
  await receipts.keep([receipt('pending', 1000)]);
  finish(receipts, attempt('a1', 0, 'lost'));
  finish(receipts, attempt('a2', 10 * MINUTE));
  expect(await judged(receipts)).toEqual([]);
  now = NOON + 20 * MINUTE;
  await receipts.keep([receipt('failed', 20 * MINUTE)]);
  expect(await judged(receipts)).toEqual(['a1 failed_never_seen']);
});

test('a receipt is not given to the attempt before while another may hold the phone', async () => {
  const receipts = open();
  finish(receipts, attempt('a1', 0));
  now = NOON + 62 * SECOND;
  // a2 asked at 60 s and waits.
  await receipts.keep([receipt('delivered', 61 * SECOND)]);
  expect(await judged(receipts)).toEqual([]);
  finish(receipts, attempt('a2', 60 * SECOND));
  expect(await judged(receipts)).toEqual(['a2 delivered_seen']);
});

test('a receipt that came just after its attempt is given to it once the next one is known, or all have expired', async () => {
  const receipts = open();
  finish(receipts, attempt('a1', 0));
  await receipts.keep([receipt('delivered', 7 * SECOND)]);
  expect(await judged(receipts)).toEqual([]);
  finish(receipts, attempt('a2', 5 * MINUTE));
  expect(await judged(receipts)).toEqual(['a1 delivered_seen']);

  await receipts.keep([receipt('delivered', 5 * MINUTE + 7 * SECOND, { providerId: 'SM2' })]);
  now = NOON + 2 * HOUR;
  await receipts.tidy(NOON - HOUR);
  expect(await judged(receipts)).toEqual(['a1 delivered_seen', 'a2 delivered_seen']);
});

test('a callback that is sent again counts once, also after a restart', async () => {
  const first = open();
  await first.keep([receipt('delivered', 1000), receipt('delivered', 1100)]);
  finish(first, attempt('a1', 0));
  expect(await judged(first)).toHaveLength(1);
  const second = open();
  await second.keep([receipt('delivered', 1200), receipt('failed', 1300)]);
  expect(await judged(second)).toEqual(['a1 delivered_seen']);
});

test('receipts out of order: what is final stays', async () => {
  const receipts = open();
  await receipts.keep([receipt('delivered', 3000), receipt('pending', 3100)]);
  finish(receipts, attempt('a1', 0));
  expect(await judged(receipts)).toEqual(['a1 delivered_seen']);
});

test('receipts of other numbers, and of messages that nobody asked for, leave nothing behind', async () => {
  const receipts = open();
  await receipts.keep([receipt('delivered', 1000, { to: '+15005550199' })]);
  expect(await store.state.read('')).toEqual({});
  await receipts.keep([receipt('delivered', 1000)]);
  now = NOON + 4 * HOUR;
  await receipts.tidy(NOON - HOUR);
  expect([await store.state.read(''), await judged(receipts)]).toEqual([{}, []]);
});

test('what was judged goes with the attempts, by the retention', async () => {
  const receipts = open();
  await receipts.keep([receipt('delivered', 1000)]);
  finish(receipts, attempt('a1', 0));
  await judged(receipts);
  await receipts.tidy(NOON - HOUR);
  expect(await receipts.of('a1')).toHaveLength(1);
  await receipts.tidy(NOON + HOUR);
  expect(await store.state.read('')).toEqual({});
});

test('a store that is away makes the provider send the receipt again', async () => {
  const receipts = new Receipts({
    state: { ...store.state, read: () => Promise.reject(new StoreDown('the disk is full')) },
    attempts: { find: async () => [] },
    notify: () => undefined,
    logger: { log: () => undefined },
    now: () => now,
  });
  receipts.route(new Map([['+15005550111', 'us-a']]));
  await expect(receipts.keep([receipt('delivered', 1000)])).rejects.toThrow('the disk is full');
});
