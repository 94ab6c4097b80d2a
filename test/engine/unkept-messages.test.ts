import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { InboundMessage } from '../../src/domain/message.ts';
import { StoreDown, type Store } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { buildSpec, createEngineWorld, type EngineWorld } from '../support/engine-world.ts';

let world: EngineWorld;
/** Whether messages can be kept; everything else can. */
let full = false;

beforeEach(async () => {
  full = false;
  world = await createEngineWorld({ store: fillable(await openSqliteStore(':memory:', { boot: 'boot-1' })) });
});

afterEach(async () => {
  await world.stop();
});

const fillable = (store: Store): Store => ({
  ...store,
  messages: {
    ...store.messages,
    record: (entry) =>
      full ? Promise.reject(new StoreDown('the disk is full')) : store.messages.record(entry),
  },
});

/** An attempt with a deadline of 60 s and an expiry of 300 s; `during` plays the world after t0. */
async function play(during: () => Promise<void>): Promise<Attempt> {
  const started = await world.engine.scheduler.run(buildSpec(), 'manual');
  if (!started.started) throw new Error(`skipped: ${started.skip} ${started.detail}`);
  await world.clock.advance(0);
  await during();
  await world.clock.advance(300_000);
  return started.finished;
}

const CODE = { providerId: 'sms-1', body: '482913 is your code' };

async function refused(message: Partial<InboundMessage> & { body: string }): Promise<void> {
  full = true;
  await expect(world.receive(message)).rejects.toThrow('the disk is full');
  full = false;
}

const overdue = () => world.events.filter(({ kind }) => kind === 'code_overdue');

test('a code that came and could not be kept is no lost one, and never overdue', async () => {
  const attempt = await play(async () => {
    await world.clock.advance(4000);
    await refused(CODE);
  });
  expect(attempt).toMatchObject({ outcome: 'receiver_down', fault: 'receiver' });
  expect(attempt.reason).toContain('could not be kept');
  expect(attempt.code).toMatchObject({ result: 'unmeasured', deliveryMs: null });
  expect(overdue()).toEqual([]);
});

test('a code that is sent again is measured by when it first came', async () => {
  const attempt = await play(async () => {
    await world.clock.advance(4000);
    await refused(CODE);
    await world.clock.advance(70_000);
    await world.receive(CODE);
  });
  expect(attempt.code).toMatchObject({ result: 'on_time', deliveryMs: 4000, uncertaintyMs: 0 });
  expect(attempt.outcome).toBe('ok');
  expect(overdue()).toEqual([]);
});

test('one that is found by asking, after its push was refused, is as certain as the push', async () => {
  const attempt = await play(async () => {
    await world.clock.advance(4000);
    await refused(CODE);
    await world.clock.advance(20_000);
    await world.receive({ ...CODE, uncertaintyMs: 9000 });
  });
  expect(attempt.code).toMatchObject({ result: 'on_time', deliveryMs: 4000, uncertaintyMs: 0 });
});

test('what was refused before the code was asked for, or for another phone, excuses nothing', async () => {
  await refused(CODE);
  await world.clock.advance(1000);
  const attempt = await play(async () => {
    await world.clock.advance(4000);
    await refused({ ...CODE, providerId: 'sms-2', to: '+12025550112' });
  });
  expect(attempt).toMatchObject({ outcome: 'lost', code: { result: 'lost', overdue: true } });
});

test('one that was kept at last, and is no code, excuses nothing any more', async () => {
  const attempt = await play(async () => {
    await refused({ ...CODE, body: 'hello' });
    await world.receive({ ...CODE, body: 'hello' });
  });
  expect(attempt.outcome).toBe('code_unreadable');
});
