import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/units.ts';
import type { Lease, Store } from '../../src/ports/store.ts';
import type { LeaseRequest } from '../../src/domain/lease.ts';
import type { Fresh } from '../contracts/store-contract.ts';
import { ask, candidate, CENT, code, ended, leased, live, request, skipOf, T } from './builders.ts';

const limits = (over: Partial<LeaseRequest['limits']>): LeaseRequest['limits'] => ({
  ...request().limits,
  ...over,
});

export function limitTests(open: Fresh): void {
  test('starts are counted by the hour and by the day, per target, whoever asks', async () => {
    const { store } = await open();
    const tight = limits({ perHour: 2, perDay: 3 });
    const start = (at: number, target = 'acme') =>
      store.leases.acquire(
        request({ at, limits: tight, plan: { target }, candidates: [candidate(`a${at}`, null)] }),
      );
    expect(skipOf(await start(T))).toBe('granted');
    expect(skipOf(await start(T + 1))).toBe('granted');
    expect(skipOf(await start(T + 2))).toBe('budget');
    expect(skipOf(await start(T + 3, 'bank'))).toBe('granted');
    expect(skipOf(await start(T + HOUR))).toBe('granted');
    expect(skipOf(await start(T + 2 * HOUR))).toBe('budget');
    expect((await store.state.usage(T + HOUR)).starts).toEqual({
      acme: { hour: 2, day: 3 },
      bank: { hour: 1, day: 1 },
    });
    expect(skipOf(await start(T + DAY))).toBe('granted');
  });

  test('starts on one target keep their spacing', async () => {
    const { store } = await open();
    const spaced = limits({ spacingMs: 5000 });
    await leased(store, request({ limits: spaced }));
    const soon = request({ limits: spaced, at: T + 4999, candidates: [candidate('sms-2', 'us-b')] });
    const refused = await store.leases.acquire(soon);
    expect(refused).toMatchObject({ skip: 'spacing', retryAt: T + 5000 });
    await leased(store, { ...soon, at: T + 5000 });
  });

  test('a clock that is set back holds up nobody, and gives nobody more starts', async () => {
    const { store } = await open();
    const tight = limits({ spacingMs: 5000, perHour: 2 });
    await leased(store, request({ limits: tight, at: T + HOUR }));
    await leased(store, request({ limits: tight, candidates: [candidate('sms-2', 'us-b')] }));
    const third = request({ limits: tight, at: T + 6000, candidates: [candidate('sms-3', 'us-c')] });
    expect(skipOf(await store.leases.acquire(third))).toBe('budget');
  });

  test('a phone gets so many sends in its window, over all targets', async () => {
    const { store } = await open();
    const tight = limits({ perPhone: { sends: 2, windowMs: 10 * MINUTE } });
    const send = (at: number, target: string) =>
      live(store, 'ok', { at, limits: tight, plan: { target }, over: { code: code(at) } });
    await send(T, 'acme');
    await send(T + MINUTE, 'bank');
    const third = await store.leases.acquire(request({ at: T + 2 * MINUTE, limits: tight }));
    expect(third).toMatchObject({ skip: 'budget', retryAt: T + 10 * MINUTE });
    await send(T + 10 * MINUTE, 'acme');
  });

  test('an attempt that never asked for its code gives back the cost and the phone’s send', async () => {
    const { store } = await open();
    const tight = {
      limits: limits({ perPhone: { sends: 1, windowMs: HOUR } }),
      candidates: [candidate('sms-1', 'us-a', CENT)],
    };
    const wanted = request(tight);
    const lease = await leased(store, wanted);
    expect((await store.state.usage(T)).spent).toBe(CENT);
    await store.attempts.finish(ended(wanted, lease, 'target_unreachable'), {
      fence: lease.fence,
      messages: [],
    });
    expect((await store.state.usage(T)).spent).toBe(0);
    await leased(store, request({ ...tight, at: T + MINUTE }));
  });

  test('what was asked for stays spent, however the attempt ends', async () => {
    const { store } = await open();
    const cost = { candidates: [candidate('sms-1', 'us-a', CENT)] };
    await live(store, 'request_refused', { ...cost, over: { code: code(T, { deliveryMs: null }) } });
    const second = await leased(store, request({ ...cost, at: T + MINUTE }));
    await ask(store, second, T + MINUTE);
    await store.attempts.sweep(T + HOUR);
    expect((await store.state.usage(T)).spent).toBe(2 * CENT);
  });

  test('each UTC month has its own spend, and a reservation goes back to the month it came from', async () => {
    const { store } = await open();
    const cap = { currency: 'USD', perMonth: CENT };
    const end = Date.parse('2026-01-31T23:59:59Z');
    const wanted = request({ at: end, cap, candidates: [candidate('sms-1', 'us-a', CENT)] });
    const lease = await leased(store, wanted);
    const next = request({ at: end + 2000, cap, candidates: [candidate('sms-2', 'us-b', CENT)] });
    await leased(store, next);
    await store.attempts.finish(ended(wanted, lease, 'login_refused', { finishedAt: end + 3000 }), {
      fence: lease.fence,
      messages: [],
    });
    expect((await store.state.usage(end)).spent).toBe(0);
    expect((await store.state.usage(end + 2000)).spent).toBe(CENT);
  });

  test('whatever happens in whatever order, the cap holds and the sum is right to the micro', async () => {
    const { store } = await open();
    let month = 0;
    const step = fc.oneof(
      fc.record({ do: fc.constant('start' as const), cost: fc.integer({ min: 0, max: 7 * CENT }) }),
      fc.record({ do: fc.constantFrom('ask' as const, 'finish' as const), which: fc.nat(9) }),
      fc.record({ do: fc.constant('sweep' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        month += 1;
        for (const seen of await playSpend(store, steps, Date.UTC(2030, month, 2))) {
          expect(seen.spent).toBe(seen.model);
          expect(seen.spent).toBeLessThanOrEqual(PER_MONTH);
          expect(seen.granted).toBe(seen.affordable);
        }
      }),
      { numRuns: 40 },
    );
  });
}

type Step = { do: 'start'; cost: number } | { do: 'ask' | 'finish'; which: number } | { do: 'sweep' };

const PER_MONTH = 20 * CENT;

interface Seen {
  readonly spent: number;
  readonly model: number;
  readonly granted: boolean;
  readonly affordable: boolean;
}

/** Plays the steps in a month of their own, beside a model of what must be spent; answers both after each step. */
async function playSpend(store: Store, steps: readonly Step[], begin: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  const running: { wanted: LeaseRequest; lease: Lease; cost: number; asked: boolean }[] = [];
  let spent = 0;
  let at = begin;
  const giveBack = (ends: (typeof running)[number][]) => {
    for (const one of ends) {
      if (!one.asked) spent -= one.cost;
      running.splice(running.indexOf(one), 1);
    }
  };
  for (const step of steps) {
    at += 1000;
    let [granted, affordable] = [true, true];
    if (step.do === 'start') {
      const cap = { currency: 'USD', perMonth: PER_MONTH };
      const wanted = request({ at, cap, candidates: [candidate(`a${at}`, `p${at}`, step.cost)], ttlMs: 1e9 });
      const { lease } = await store.leases.acquire(wanted);
      granted = lease !== null;
      affordable = step.cost === 0 || spent + step.cost <= PER_MONTH;
      if (lease) running.push({ wanted, lease, cost: step.cost, asked: false });
      if (lease) spent += step.cost;
    } else if (step.do === 'sweep') {
      await store.attempts.sweep(Infinity);
      giveBack([...running]);
    } else {
      const one = running[step.which % Math.max(1, running.length)];
      if (one && step.do === 'ask') one.asked = (await ask(store, one.lease, at)) || one.asked;
      if (one && step.do === 'finish') {
        const attempt = ended(one.wanted, one.lease, 'ok');
        await store.attempts.finish(attempt, { fence: one.lease.fence, messages: [] });
        giveBack([one]);
      }
    }
    const usage = await store.state.usage(begin);
    seen.push({ spent: usage.spent, model: spent, granted, affordable });
  }
  await store.attempts.sweep(Infinity);
  return seen;
}
