import { expect, test } from 'vitest';
import { steadyTime } from '../../src/engine/steady.ts';
import { NOON } from '../support/builders.ts';

test('the time of a store moves with the monotonic clock, in whole milliseconds', () => {
  const clock = { wall: NOON, monotonic: 1000.25 };
  const now = steadyTime({
    now: () => clock.wall,
    monotonicMs: () => clock.monotonic,
    sleep: () => Promise.resolve(),
  });
  clock.wall += 3_600_000;
  clock.monotonic += 1500.5;
  expect(now()).toBe(NOON + 1500);
});
