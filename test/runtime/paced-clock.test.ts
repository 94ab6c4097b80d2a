import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { createPacedClock } from '../../src/runtime/paced-clock.ts';

const SPEED = 1000;

test('who sleeps shorter wakes first, each not before its time', async () => {
  const clock = createPacedClock(SPEED);
  const woken: string[] = [];
  const begunMs = clock.monotonicMs();
  const sleep = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push(name);
    expect(clock.monotonicMs() - begunMs).toBeGreaterThanOrEqual(ms);
  };
  await Promise.all([sleep('third', 9000), sleep('first', 3000), sleep('second', 6000)]);
  expect(woken).toEqual(['first', 'second', 'third']);
});

test('while the process does not keep up, time waits for who is to wake next', async () => {
  const clock = createPacedClock(SPEED);
  const begunMs = clock.monotonicMs();
  const sleeping = clock.sleep(1000);
  const busyUntil = performance.now() + 100;
  while (performance.now() < busyUntil);
  // A hundred seconds of simulated time would have gone by; the sleeper is due after one, and may be two real ones late.
  expect(clock.monotonicMs() - begunMs).toBeLessThanOrEqual(1000 + 3 * SPEED);
  await sleeping;
});

test('an aborted sleep rejects with the reason, and holds time up no more', async () => {
  const clock = createPacedClock(SPEED);
  const stop = new AbortController();
  const short = clock.sleep(10, stop.signal);
  stop.abort(new Error('enough'));
  await expect(short).rejects.toThrow('enough');
  await expect(clock.sleep(1000, stop.signal)).rejects.toThrow('enough');
  const begunMs = clock.monotonicMs();
  await clock.sleep(20_000);
  expect(clock.monotonicMs() - begunMs).toBeGreaterThanOrEqual(20_000);
});

test('wall and monotonic time run alike', async () => {
  const clock = createPacedClock(SPEED);
  const apart = () => clock.now() - clock.monotonicMs();
  const before = apart();
  await clock.sleep(30_000);
  expect(Math.abs(apart() - before)).toBeLessThan(SPEED);
});
