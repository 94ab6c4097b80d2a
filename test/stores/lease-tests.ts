import { expect, test } from 'vitest';
import type { Fresh } from '../contracts/store-contract.ts';
import { ask, candidate, EXPIRY_MS, leased, live, request, skipOf, stamp, T } from './builders.ts';

export function leaseTests(open: Fresh): void {
  test('of 100 attempts at once on one account exactly one gets it', async () => {
    const { store } = await open();
    const answers = await Promise.all(Array.from({ length: 100 }, () => store.leases.acquire(request())));
    const reasons = answers.map(skipOf);
    expect(reasons.filter((reason) => reason === 'granted')).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'overlap')).toHaveLength(99);
    expect((await store.state.usage(T)).leases).toEqual({ account: 1, phone: 1 });
  });

  test('a phone is one phone for all targets, while an account is its target’s own', async () => {
    const { store } = await open();
    await leased(store, request());
    const bank = { target: 'bank', probe: 'bank-sms' };
    const samePhone = await store.leases.acquire(request({ plan: bank, candidates: [candidate('b')] }));
    expect(skipOf(samePhone)).toBe('no_free_account');
    const sameName = request({ plan: bank, candidates: [candidate('sms-1', 'us-b')] });
    expect(skipOf(await store.leases.acquire(sameName))).toBe('granted');
  });

  test('an account without a phone is exclusive, too', async () => {
    const { store } = await open();
    const totp = { candidates: [candidate('totp-1', null)] };
    await leased(store, request(totp));
    expect(skipOf(await store.leases.acquire(request(totp)))).toBe('overlap');
    await leased(store, request({ candidates: [candidate('totp-2', null)] }));
    expect((await store.state.usage(T)).leases).toEqual({ account: 2, phone: 0 });
  });

  test('the least recently used account gets the next attempt', async () => {
    const { store } = await open();
    const two = [candidate('sms-1', 'us-a'), candidate('sms-2', 'us-b')];
    const used: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const attempt = await live(store, 'ok', { candidates: two, at: T + turn * 1000 });
      used.push(attempt.account);
    }
    expect(used).toEqual(['sms-1', 'sms-2', 'sms-1', 'sms-2']);
  });

  test('one tick never has two attempts, not even after the first is over', async () => {
    const { store } = await open();
    const plan = { key: 'acme-sms|12:00|fra' };
    await live(store, 'ok', { plan });
    expect(skipOf(await store.leases.acquire(request({ plan, at: T + 1000 })))).toBe('duplicate');
  });

  test('the same tick asked for at the same time is given once', async () => {
    const { store } = await open();
    const plan = { key: 'acme-sms|12:05|fra' };
    const answers = await Promise.all([
      store.leases.acquire(request({ plan, candidates: [candidate('sms-1', 'us-a')] })),
      store.leases.acquire(request({ plan, candidates: [candidate('sms-2', 'us-b')] })),
    ]);
    expect(answers.map(skipOf).sort()).toEqual(['duplicate', 'granted']);
  });

  test('fences only grow, whatever the account, and whatever became of earlier ones', async () => {
    const { store } = await open();
    const fences: number[] = [];
    for (const account of ['a', 'b', 'c']) {
      const lease = await leased(store, request({ candidates: [candidate(account, `phone-${account}`)] }));
      fences.push(lease.fence);
    }
    await store.attempts.sweep(T + 60_000);
    fences.push((await leased(store, request({ at: T + 60_000, candidates: [candidate('a', null)] }))).fence);
    expect(fences).toEqual(fences.toSorted((a, b) => a - b));
    expect(new Set(fences).size).toBe(4);
  });

  test('a fence that is not the lease’s is refused everywhere', async () => {
    const { store } = await open();
    const lease = await leased(store, request());
    const old = { attempt: lease.attempt, fence: lease.fence - 1 };
    expect(await store.leases.permit(old, { at: T, timeoutMs: 0, request: null })).toBe(false);
    expect(await store.leases.renew([old], T + 60_000, T)).toEqual([lease.attempt]);
    expect(await store.leases.permit(lease, { at: T + 30_000, timeoutMs: 0, request: null })).toBe(false);
  });

  test('no effect may begin that could outlast the lease', async () => {
    const { store } = await open();
    const lease = await leased(store, request({ ttlMs: 20_000 }));
    const may = (at: number, timeoutMs: number) =>
      store.leases.permit(lease, { at, timeoutMs, request: null });
    expect(await may(T, 19_999)).toBe(true);
    expect(await may(T, 20_000)).toBe(false);
    expect(await may(T + 15_000, 5_000)).toBe(false);
    expect(await store.leases.renew([lease], T + 35_000, T + 15_000)).toEqual([]);
    expect(await may(T + 15_000, 5_000)).toBe(true);
  });

  test('renewing answers the leases that are lost and prolongs the others', async () => {
    const { store } = await open();
    const kept = await leased(store, request({ ttlMs: 60_000 }));
    const lost = await leased(store, request({ candidates: [candidate('sms-2', 'us-b')] }));
    await store.attempts.sweep(T + 20_000);
    expect(await store.leases.renew([kept, lost], T + 90_000, T + 21_000)).toEqual([lost.attempt]);
    expect(await store.attempts.sweep(T + 89_999)).toEqual([]);
  });

  test('the code is asked for once: the same question may be repeated, a second one is refused', async () => {
    const { store } = await open();
    const lease = await leased(store, request());
    expect(await ask(store, lease, T + 1000)).toBe(true);
    expect(await ask(store, lease, T + 1000)).toBe(true);
    expect(await ask(store, lease, T + 2000)).toBe(false);
  });

  test('a request that is refused sets no t0', async () => {
    const { store } = await open();
    const lease = await leased(store, request());
    const mark = { t0: stamp(T + 21_000), expiryMs: EXPIRY_MS };
    expect(await store.leases.permit(lease, { at: T + 21_000, timeoutMs: 0, request: mark })).toBe(false);
    const [swept] = await store.attempts.sweep(T + 21_000);
    expect(swept?.attempt.code).toBeNull();
  });
}
