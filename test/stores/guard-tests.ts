import { expect, test } from 'vitest';
import { breakerKey, parseBreaker } from '../../src/domain/breaker.ts';
import { accountPauseKey } from '../../src/domain/pause.ts';
import { HOUR, MINUTE } from '../../src/domain/units.ts';
import type { Fresh } from '../contracts/store-contract.ts';
import { candidate, code, live, request, skipOf, T } from './builders.ts';

export function guardTests(open: Fresh): void {
  test('a rate limit closes the target to all its accounts, and to no other target', async () => {
    const { store } = await open();
    await live(store, 'rate_limited', { over: { finishedAt: T + 1000, retryAfterMs: 5 * MINUTE } });
    const other = { candidates: [candidate('sms-2', 'us-b')] };
    const until = T + 1000 + 5 * MINUTE;
    expect(skipOf(await store.leases.acquire(request({ ...other, at: until - 1 })))).toBe('breaker');
    const bank = request({ ...other, at: T + MINUTE, plan: { target: 'bank' } });
    expect(skipOf(await store.leases.acquire(bank))).toBe('granted');
    const entries = await store.state.read('breaker/');
    expect(parseBreaker(entries[breakerKey('acme')])).toMatchObject({ until, level: 1 });
    await live(store, 'ok', { at: until });
    expect(await store.state.read('breaker/')).toEqual({});
  });

  test('without a wish of the target’s, each further rate limit doubles the wait', async () => {
    const { store } = await open();
    await live(store, 'rate_limited', { over: { finishedAt: T } });
    expect(skipOf(await store.leases.acquire(request({ at: T + 15 * MINUTE - 1 })))).toBe('breaker');
    await live(store, 'rate_limited', { at: T + 15 * MINUTE, over: { finishedAt: T + 15 * MINUTE } });
    expect(skipOf(await store.leases.acquire(request({ at: T + 45 * MINUTE - 1 })))).toBe('breaker');
    expect(skipOf(await store.leases.acquire(request({ at: T + 45 * MINUTE })))).toBe('granted');
  });

  test('a refused login pauses its account alone, until a success clears it', async () => {
    const { store } = await open();
    await live(store, 'login_refused', { over: { finishedAt: T } });
    expect(skipOf(await store.leases.acquire(request({ at: T + 15 * MINUTE - 1 })))).toBe('paused');
    const other = { at: T + MINUTE, candidates: [candidate('sms-2', 'us-b')] };
    await live(store, 'ok', other);
    await live(store, 'ok', { at: T + 15 * MINUTE });
    expect(await store.state.read('pause/account/')).toEqual({});
  });

  test('two rejected codes in a row pause the account; a person may let it go on', async () => {
    const { store } = await open();
    await live(store, 'code_rejected', { over: { code: code(T), finishedAt: T } });
    await live(store, 'code_rejected', {
      at: T + HOUR,
      over: { code: code(T + HOUR), finishedAt: T + HOUR },
    });
    const at = T + 1.5 * HOUR;
    expect(skipOf(await store.leases.acquire(request({ at })))).toBe('paused');
    await store.state.write({ [accountPauseKey('acme', 'sms-1')]: null });
    expect(skipOf(await store.leases.acquire(request({ at })))).toBe('granted');
  });

  test('a success between two rejected codes starts the count anew', async () => {
    const { store } = await open();
    for (const [index, outcome] of (['code_rejected', 'ok', 'code_rejected'] as const).entries()) {
      // A refused code lets the phone rest.
      const at = T + index * HOUR;
      await live(store, outcome, { at, over: { code: code(at), finishedAt: at } });
    }
    expect(skipOf(await store.leases.acquire(request({ at: T + 3 * HOUR })))).toBe('granted');
  });
}
