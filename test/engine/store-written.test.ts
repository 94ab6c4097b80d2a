import { expect, test } from 'vitest';
import { StoreDown } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { buildSpec, createEngineWorld } from '../support/engine-world.ts';

test('a store that can be read and not written is down, until it can be written; a result that waits is told once', async () => {
  const store = await openSqliteStore(':memory:', { boot: 'boot-1' });
  let full = false;
  const down = () => Promise.reject(new StoreDown('the disk is full'));
  const world = await createEngineWorld({
    store: {
      ...store,
      state: { ...store.state, write: (entries) => (full ? down() : store.state.write(entries)) },
      attempts: {
        ...store.attempts,
        finish: (...all) => (full ? down() : store.attempts.finish(...all)),
      },
    },
  });
  const changes = () =>
    world.events.flatMap((event) => (event.kind === 'store_changed' ? [[event.up, event.reason]] : []));
  await world.clock.advance(5000);
  expect(changes()).toEqual([]);

  const started = await world.engine.scheduler.run(buildSpec(), 'manual');
  await world.clock.advance(1000);
  full = true;
  await world.receive({ body: '482913 is your code' });
  await world.clock.advance(30_000);
  expect(changes()).toEqual([[false, 'the disk is full']]);
  expect(world.engine.sweeper.storeDown).toBe('the disk is full');
  expect(world.logged.filter(({ event }) => event === 'result_waits_for_store')).toHaveLength(1);

  full = false;
  await world.clock.advance(5000);
  expect(changes()).toEqual([
    [false, 'the disk is full'],
    [true, ''],
  ]);
  expect(started.started && (await started.finished)).toMatchObject({ outcome: 'ok' });
  await world.stop();
});
