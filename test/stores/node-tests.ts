import { expect, test } from 'vitest';
import type { SkippedTick } from '../../src/ports/store.ts';
import type { Fresh } from '../contracts/store-contract.ts';
import { ask, candidate, CENT, code, ended, leased, live, request, T } from './builders.ts';

const skip = (key: string, over: Partial<SkippedTick> = {}): SkippedTick => ({
  key,
  probe: 'acme-sms',
  tickAt: T,
  reason: 'overlap',
  detail: 'busy',
  ...over,
});
const HAND_OVER = { 'acme-sms': 60_000 };

/** What nodes that share a store rely on. */
export function nodeTests(open: Fresh): void {
  test('a tick is skipped once, and has no attempt then', async () => {
    const { store } = await open();
    const kept = await Promise.all([store.ticks.skip(skip('k')), store.ticks.skip(skip('k'))]);
    expect(kept.filter(Boolean)).toHaveLength(1);
    const late = await store.leases.acquire(request({ plan: { key: 'k' } }));
    expect(late).toMatchObject({ skip: 'duplicate', detail: expect.stringContaining('overlap') });
    expect(await store.ticks.skipped(T)).toEqual([skip('k')]);
    expect(await store.ticks.skipped(T + 1)).toEqual([]);
  });

  test('a tick that has its attempt, running or over, is no skip', async () => {
    const { store } = await open();
    await live(store, 'ok', { plan: { key: 'over' } });
    await leased(store, request({ plan: { key: 'running' }, at: T + 1 }));
    expect(await store.ticks.skip(skip('over'))).toBe(false);
    expect(await store.ticks.skip(skip('running'))).toBe(false);
  });

  test('a dead node’s tick is handed over while it is young and asked for no code', async () => {
    const { store } = await open();
    const plan = { key: 'tick' };
    const cost = { candidates: [candidate('sms-1', 'us-a', CENT)] };
    const lease = await leased(store, request({ plan, ...cost }));
    const [swept] = await store.attempts.sweep(T + 20_000, T + 20_000, HAND_OVER);
    expect(swept).toMatchObject({ handedOver: true, attempt: { id: lease.attempt, key: 'tick' } });
    expect(await store.attempts.find({ limit: 10 })).toEqual([]);
    const left = { key: 'tick', probe: 'acme-sms', tickAt: T, location: 'fra', account: 'sms-1' };
    expect(await store.ticks.orphans()).toEqual([left]);
    expect(await store.state.usage(T)).toMatchObject({ spent: 0, leases: { account: 0 } });
    expect((await store.state.usage(T)).starts).toEqual({ acme: { hour: 1, day: 1 } });
    const again = await leased(store, request({ plan, at: T + 21_000 }));
    expect(again.fence).toBeGreaterThan(lease.fence);
    expect(await store.ticks.orphans()).toEqual([]);
    const late = ended(request({ plan: { id: lease.attempt } }), lease, 'ok');
    const refused = await store.attempts.finish(late, { fence: lease.fence, messages: [] });
    expect(refused.stored).toBe(false);
  });

  test('a tick that is skipped after all is left to nobody', async () => {
    const { store } = await open();
    await leased(store, request({ plan: { key: 'tick' } }));
    await store.attempts.sweep(T + 20_000, T + 20_000, HAND_OVER);
    expect(await store.ticks.skip(skip('tick', { reason: 'missed' }))).toBe(true);
    expect(await store.ticks.orphans()).toEqual([]);
  });

  test('what asked for a code, is old, or was no schedule’s, ends as aborted', async () => {
    const { store } = await open();
    const asked = await leased(store, request({ candidates: [candidate('asked', 'p1')] }));
    await ask(store, asked, T + 1000);
    await leased(store, request({ candidates: [candidate('old', 'p2')], plan: { tickAt: T - 60_000 } }));
    await leased(store, request({ candidates: [candidate('hand', 'p3')], plan: { cause: 'manual' } }));
    await leased(store, request({ candidates: [candidate('other', 'p4')], plan: { probe: 'other' } }));
    const swept = await store.attempts.sweep(T + 20_000, T + 20_000, HAND_OVER);
    expect(swept.map((one) => one.handedOver)).toEqual([false, false, false, false]);
    expect(await store.attempts.find({ limit: 10 })).toHaveLength(4);
    expect(await store.ticks.orphans()).toEqual([]);
  });

  test('attempts are traced while they run and when they are over', async () => {
    const { store } = await open();
    const over = await live(store, 'ok', { over: { code: code(T) } });
    const running = await leased(store, request({ at: T + 1 }));
    expect(await store.attempts.trace([over.id, running.attempt, 'unknown'])).toEqual({
      [over.id]: { finished: over, leaseUntil: null },
      [running.attempt]: { finished: null, leaseUntil: T + 20_001 },
    });
    expect(await store.attempts.trace([])).toEqual({});
  });

  test('one process at a time has a duty, until it runs out or is given back', async () => {
    const { store } = await open();
    const claim = (holder: string, at: number) =>
      store.duties.hold({ name: 'watch', holder, at, ttlMs: 20_000 });
    expect(await claim('a', T)).toBe(1);
    expect(await claim('b', T + 19_999)).toBeNull();
    expect(await claim('a', T + 15_000)).toBe(1);
    expect(await claim('b', T + 34_999)).toBeNull();
    expect(await claim('b', T + 35_000)).toBe(2);
    expect(await claim('a', T + 35_001)).toBeNull();
    await store.duties.release({ name: 'watch', fence: 1 });
    expect(await claim('a', T + 35_002)).toBeNull();
    await store.duties.release({ name: 'watch', fence: 2 });
    expect(await claim('a', T + 35_003)).toBe(3);
    expect(await store.duties.hold({ name: 'other', holder: 'b', at: T, ttlMs: 1 })).toBe(1);
  });

  test('who slept through the end of a duty comes back to it as to a new one', async () => {
    const { store } = await open();
    const claim = { name: 'watch', holder: 'a', ttlMs: 20_000 };
    expect(await store.duties.hold({ ...claim, at: T })).toBe(1);
    expect(await store.duties.hold({ ...claim, at: T + 20_000 })).toBe(2);
  });

  test('of many that claim a duty at once one gets it', async () => {
    const { store } = await open();
    const claims = Array.from({ length: 10 }, (_, index) =>
      store.duties.hold({ name: 'watch', holder: `h${index}`, at: T, ttlMs: 1000 }),
    );
    expect((await Promise.all(claims)).filter((fence) => fence !== null)).toEqual([1]);
  });

  test('on duty, state is written and the feed trimmed; without it, neither', async () => {
    const { store } = await open();
    await store.feed.append([
      { at: T, event: { n: 1 } },
      { at: T, event: { n: 2 } },
    ]);
    const [first, second] = await store.feed.read(0, 10);
    await store.duties.hold({ name: 'watch', holder: 'a', at: T, ttlMs: 1000 });
    expect(await store.duties.write({ name: 'watch', fence: 1 }, { seen: 1 }, first?.number ?? 0)).toBe(true);
    await store.duties.hold({ name: 'watch', holder: 'b', at: T + 1000, ttlMs: 1000 });
    expect(await store.duties.write({ name: 'watch', fence: 1 }, { seen: 2 }, second?.number ?? 0)).toBe(
      false,
    );
    expect(await store.state.read('seen')).toEqual({ seen: 1 });
    expect(await store.feed.read(0, 10)).toEqual([second]);
  });

  test('the feed keeps its order, and its numbers are never used again', async () => {
    const { store } = await open();
    await store.feed.append([]);
    await Promise.all(
      [1, 2, 3, 4].map((n) =>
        store.feed.append([
          { at: T + n, event: { n, part: 'a' } },
          { at: T + n, event: { n, part: 'b' } },
        ]),
      ),
    );
    const all = await store.feed.read(0, 100);
    expect(all).toHaveLength(8);
    const numbers = all.map((entry) => entry.number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const third = all[2]?.number ?? 0;
    expect(await store.feed.read(third, 2)).toEqual(all.slice(3, 5));
    await store.duties.hold({ name: 'watch', holder: 'a', at: T, ttlMs: 1000 });
    await store.duties.write({ name: 'watch', fence: 1 }, {}, numbers.at(-1) ?? 0);
    await store.feed.append([{ at: T, event: 'new' }]);
    expect((await store.feed.read(0, 10))[0]?.number).toBeGreaterThan(numbers.at(-1) ?? 0);
  });
}
