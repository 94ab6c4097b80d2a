import { expect, test } from 'vitest';
import { createScreenshots } from '../../src/app/screenshots.ts';
import type { StateBook } from '../../src/ports/store.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/stores/sqlite.ts';
import { onTestFinished } from 'vitest';
import { NOON } from '../support/builders.ts';
import { FakeClock } from '../support/fake-clock.ts';

async function stand() {
  const store = await openSqliteStore(IN_MEMORY, { boot: 'test' });
  onTestFinished(() => store.close());
  const clock = new FakeClock(NOON);
  const logged: string[] = [];
  const logger = { log: (_level: string, event: string) => void logged.push(event) };
  const on = (node: string, state: () => StateBook = () => store.state) =>
    createScreenshots({ state, clock, logger, node });
  return { store, clock, logged, on };
}

const png = (text: string) => new Uint8Array(Buffer.from(`\u0089PNG ${text}`));

test('a picture is found again byte by byte, by any node', async () => {
  const { on } = await stand();
  await on('a').keep('attempt-1', png('one'));
  expect(new Uint8Array((await on('b').find('attempt-1')) ?? [])).toEqual(png('one'));
  expect(await on('b').find('attempt-')).toBeNull();
  expect(await on('b').find('attempt-2')).toBeNull();
});

test('each node keeps its newest hundred, whoever keeps at the same time', async () => {
  const { on, store } = await stand();
  const [mine, other] = [on('a'), on('b')];
  await other.keep('other', png('other'));
  await Promise.all(Array.from({ length: 103 }, (_, index) => mine.keep(`m${index}`, png(`${index}`))));
  expect([await mine.find('m2'), await mine.find('m3')].map((one) => one !== null)).toEqual([false, true]);
  expect(await mine.find('other')).not.toBeNull();
  expect(Object.keys(await store.state.read('screenshot/'))).toHaveLength(101);
});

test('pictures go with the attempts that they are of', async () => {
  const { on, store, clock } = await stand();
  const mine = on('a');
  await mine.keep('old', png('old'));
  await clock.advance(1000);
  await mine.keep('new', png('new'));
  await mine.forget(NOON + 500);
  expect([await mine.find('old'), await mine.find('new')].map((one) => one !== null)).toEqual([false, true]);
  await mine.forget(NOON + 5000);
  expect(await store.state.read('screenshot')).toEqual({});
});

test('a store that is away costs the picture, and nothing else', async () => {
  const { on, logged } = await stand();
  const broken = on('a', () => {
    throw new Error('the store is away');
  });
  await broken.keep('x', png('x'));
  await broken.forget(NOON);
  expect(logged).toEqual(['screenshot_not_kept', 'screenshot_not_kept']);
});
