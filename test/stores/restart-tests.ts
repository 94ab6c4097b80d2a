import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/domain/units.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Fresh, OpenedStore } from '../contracts/store-contract.ts';
import {
  ask,
  BOX,
  candidate,
  CENT,
  code,
  entry,
  leased,
  live,
  lostCode,
  request,
  skipOf,
  T,
} from './builders.ts';

const reopened = ({ reopen }: OpenedStore): Promise<Store> => {
  if (!reopen) throw new Error('expected a store that can be opened again');
  return reopen();
};

export function restartTests(open: Fresh): void {
  test('limits, spend, rests, pauses and breakers hold across a restart', async () => {
    const opened = await open();
    const { store } = opened;
    const cap = { currency: 'USD', perMonth: CENT };
    await live(store, 'lost', {
      cap,
      candidates: [candidate('a', 'lost', CENT)],
      over: { code: lostCode(T) },
    });
    await live(store, 'rate_limited', { plan: { target: 'limited' }, over: { finishedAt: T } });
    await live(store, 'login_refused', { plan: { target: 'bank' }, over: { finishedAt: T } });
    const usage = await store.state.usage(T + MINUTE);
    const again = await reopened(opened);
    expect(await again.state.usage(T + MINUTE)).toEqual(usage);
    const skip = async (over: Parameters<typeof request>[0]) =>
      skipOf(await again.leases.acquire(request({ at: T + MINUTE, ...over })));
    expect(await skip({ candidates: [candidate('a', 'lost')] })).toBe('quarantine');
    expect(await skip({ plan: { target: 'limited' } })).toBe('breaker');
    expect(await skip({ plan: { target: 'bank' } })).toBe('paused');
    expect(await skip({ cap, candidates: [candidate('b', 'free', 1)] })).toBe('spend_cap');
    const limits = { ...request().limits, perHour: 1 };
    expect(await skip({ limits, candidates: [candidate('b', 'free')] })).toBe('budget');
  });

  test('attempts, ticks, messages and ledgers are there after a restart, and fences go on growing', async () => {
    const opened = await open();
    const { store } = opened;
    const plan = { key: 'tick' };
    const attempt = await live(store, 'ok', { plan, over: { code: code(T) } });
    const lease = await leased(store, request({ at: T + MINUTE }));
    await ask(store, lease, T + MINUTE);
    await store.messages.record(entry(lease.attempt, { providerId: 'SM-1' }, T + MINUTE + 1000));
    await store.state.advance('ledger', 5);
    const again = await reopened(opened);
    expect(await again.attempts.find({ limit: 10 })).toEqual([attempt]);
    expect(skipOf(await again.leases.acquire(request({ plan })))).toBe('duplicate');
    expect((await again.messages.addressed(lease.attempt)).map((one) => one.sealed)).toEqual([BOX]);
    const copy = await again.messages.record(entry(null, { providerId: 'SM-1' }));
    expect(copy).toEqual({ kind: 'known' });
    expect(await again.state.advance('ledger', 5)).toBe(false);
    const swept = await again.attempts.sweep(Infinity);
    expect(swept.map((one) => one.attempt.id)).toEqual([lease.attempt]);
    const next = await leased(again, request({ at: T + HOUR }));
    expect(next.fence).toBeGreaterThan(lease.fence);
  });

  test('a closed store takes no calls', async () => {
    const { store } = await open();
    await store.state.write({ a: 1 });
    await store.close();
    await store.close();
    await expect(store.state.write({ a: 2 })).rejects.toMatchObject({ name: 'StoreDown' });
  });

  test('calls made before the close are answered', async () => {
    const opened = await open();
    const writes = ['a', 'b', 'c'].map((key) => opened.store.state.advance(key, 3));
    const again = await reopened(opened);
    expect(await Promise.all(writes)).toEqual([true, true, true]);
    expect(await again.state.read('')).toEqual({ a: 3, b: 3, c: 3 });
  });
}
