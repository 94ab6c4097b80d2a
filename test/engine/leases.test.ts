import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AttemptFailure } from '../../src/domain/failure.ts';
import { LeaseKeeper } from '../../src/engine/leases.ts';
import { StoreDown, type Store } from '../../src/ports/store.ts';
import { buildSpec, createEngineWorld, scriptedFlow, type EngineWorld } from '../support/engine-world.ts';
import { FakeClock } from '../support/fake-clock.ts';

let world: EngineWorld;

beforeEach(async () => {
  world = await createEngineWorld();
});

afterEach(async () => {
  await world.stop();
});

async function begin(flow = scriptedFlow()) {
  const started = await world.engine.scheduler.run(buildSpec({ flow }), 'manual');
  if (!started.started) throw new Error(started.detail);
  await world.clock.advance(0);
  return { started, flow };
}

describe('a lease', () => {
  test('is kept alive while its attempt waits, however long', async () => {
    const { started } = await begin();
    await world.clock.advance(250_000);
    await world.receive({ body: '482913' });
    await world.clock.advance(0);
    expect((await started.finished).outcome).toBe('late');
  });

  test('that another took ends the attempt as aborted, and nothing more is sent to the target', async () => {
    const { started, flow } = await begin();
    // Another node finds the lease over, ends the attempt, and rests the phone.
    await world.store.attempts.sweep(Number.MAX_SAFE_INTEGER);
    await world.receive({ body: '482913' });
    await world.clock.advance(6000);
    expect(await started.finished).toMatchObject({ outcome: 'aborted', fault: 'monitor' });
    expect(flow.calls.some((call) => call.startsWith('verify'))).toBe(false);
    const [stored] = await world.store.attempts.find({ id: started.plan.id, limit: 1 });
    expect(stored?.reason).toContain('node');
    const told = world.events.filter((event) => event.kind === 'attempt_finished');
    expect(told).toHaveLength(0);
    const { id, probe, target, phone, route } = started.plan;
    const dropped = world.events.filter((event) => event.kind === 'attempt_dropped');
    expect(dropped).toMatchObject([{ attempt: { id, probe, target, phone, route } }]);
  });

  test('is given back with the result: the next attempt follows at once', async () => {
    const { started } = await begin();
    await world.receive({ body: '482913' });
    await world.clock.advance(0);
    await started.finished;
    expect(await world.engine.scheduler.run(buildSpec(), 'manual')).toMatchObject({ started: true });
  });
});

describe('a store that goes away while an attempt waits', () => {
  /** The world's store, whose parts fail while `down` is set. */
  async function fragileWorld() {
    await world.stop();
    const real = (await createEngineWorld()).store;
    const state = { down: false };
    const guard = <Part extends object>(part: Part): Part =>
      new Proxy(part, {
        get: (of, name) => {
          const found: unknown = Reflect.get(of, name);
          if (typeof found !== 'function') return found;
          return (...args: unknown[]) =>
            state.down ? Promise.reject(new StoreDown('gone')) : (Reflect.apply(found, of, args) as unknown);
        },
      });
    const store: Store = {
      leases: guard(real.leases),
      attempts: guard(real.attempts),
      messages: guard(real.messages),
      state: guard(real.state),
      ticks: guard(real.ticks),
      duties: guard(real.duties),
      feed: guard(real.feed),
      close: () => real.close(),
    };
    world = await createEngineWorld({ store });
    return state;
  }

  test('harms nothing when it is back within a lease life; its message is refused, not lost silently', async () => {
    const state = await fragileWorld();
    const { started } = await begin();
    state.down = true;
    await world.clock.advance(9000);
    await expect(world.receive({ body: '482913' })).rejects.toThrow(StoreDown);
    state.down = false;
    await world.clock.advance(2000);
    await world.receive({ body: '482913' });
    await world.clock.advance(2000);
    expect((await started.finished).outcome).toBe('ok');
  });

  test('ends the attempt as aborted when it stays away longer; the result waits and is kept when it is back', async () => {
    const state = await fragileWorld();
    const { started } = await begin();
    state.down = true;
    await world.clock.advance(40_000);
    expect(world.events.some((event) => event.kind === 'attempt_finished')).toBe(false);
    state.down = false;
    await world.clock.advance(10_000);
    await started.finished;
    const [stored] = await world.store.attempts.find({ id: started.plan.id, limit: 1 });
    expect(stored).toMatchObject({ outcome: 'aborted', code: { result: 'unmeasured' } });
    const ups = world.events.flatMap((event) => (event.kind === 'store_changed' ? [event.up] : []));
    expect(ups).toEqual([false, true]);
  });
});

test('no side effect begins after the lease could have ended, even if the store says yes', async () => {
  const clock = new FakeClock();
  const leases = {
    acquire: () => Promise.reject(new Error('not asked')),
    renew: () => Promise.resolve([]),
    // The process is held up for longer than the lease while the store answers.
    permit: async () => {
      await clock.advance(21_000);
      return true;
    },
  };
  const keeper = new LeaseKeeper({
    leases,
    clock,
    storeNow: () => clock.now(),
    logger: { log: () => undefined },
  });
  const granted = { account: 'a', phone: 'us-a', route: null, cost: 0 };
  const lease = { attempt: 'x', fence: 1, granted, unresolvedLoss: false };
  const held = keeper.keep(lease, clock.monotonicMs(), () => undefined);
  await expect(held.permit(1000, null)).rejects.toThrow(AttemptFailure);
});

test('a node that reaches nothing blames nobody', async () => {
  await world.stop();
  const canary = () => Promise.reject(new AttemptFailure('aborted', 'the canary did not answer'));
  world = await createEngineWorld({ canary });
  const { started, flow } = await begin();
  expect(await started.finished).toMatchObject({ outcome: 'aborted', fault: 'monitor', code: null });
  expect(flow.calls).toEqual([]);
});
