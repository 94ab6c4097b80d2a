import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { createPacedClock } from '../../src/runtime/paced-clock.ts';

const SPEED = 1000;
/** Real milliseconds in which this process does nothing, as on a busy machine. */
const stall = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

describe('a paced clock', () => {
  test('wakes sleepers in the order of their times, and none too early', async () => {
    const clock = createPacedClock(SPEED);
    const began = clock.monotonicMs();
    const woken: number[] = [];
    const sleep = async (ms: number): Promise<void> => {
      await clock.sleep(ms);
      expect(clock.monotonicMs() - began).toBeGreaterThanOrEqual(ms);
      woken.push(ms);
    };
    await Promise.all([sleep(3000), sleep(1000), sleep(2000)]);
    expect(woken).toEqual([1000, 2000, 3000]);
  });

  test('runs faster than the machine, by its speed', () => {
    const clock = createPacedClock(SPEED);
    const realBefore = performance.now();
    const before = clock.monotonicMs();
    stall(5);
    const paced = clock.monotonicMs() - before;
    const real = performance.now() - realBefore;
    expect(paced).toBeLessThanOrEqual(real * SPEED);
    expect(paced).toBeGreaterThan(SPEED);
  });

  test('waits for whoever is to wake next when the process is late', async () => {
    const clock = createPacedClock(SPEED);
    const sleeping = clock.sleep(10_000);
    const began = clock.monotonicMs();
    stall(100);
    // 100 real milliseconds would be 100 seconds. Two of them are let pass, and 1 for rounding.
    expect(clock.monotonicMs() - began).toBeLessThanOrEqual(10_000 + 2 * SPEED + 1);
    await sleeping;
  });

  test('lets a sleeper do its work after waking before the next one wakes', async () => {
    const clock = createPacedClock(SPEED);
    const done: string[] = [];
    const working = clock.sleep(1000).then(async () => {
      for (let step = 0; step < 5; step += 1) await Promise.resolve();
      done.push('first');
    });
    const second = clock.sleep(1001).then(() => done.push('second'));
    stall(50);
    await Promise.all([working, second]);
    expect(done).toEqual(['first', 'second']);
  });

  test('moves the wall clock and the monotonic clock together', async () => {
    const clock = createPacedClock(SPEED);
    // Real time goes on between two readings, so that the distance is known within bounds only.
    const distance = (): { least: number; most: number } => {
      const before = clock.monotonicMs();
      const wall = clock.now();
      return { least: wall - clock.monotonicMs(), most: wall - before };
    };
    const early = distance();
    await clock.sleep(200_000);
    const later = distance();
    expect(later.least).toBeLessThanOrEqual(early.most + 1);
    expect(later.most).toBeGreaterThanOrEqual(early.least - 1);
  });

  test('rejects with the reason of the signal, and time goes on for the others', async () => {
    const clock = createPacedClock(SPEED);
    const stopped = new AbortController();
    const reason = new Error('enough');
    const sleeping = clock.sleep(60 * 60_000, stopped.signal);
    const other = clock.sleep(2000);
    stopped.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await other;
  });

  test('does not begin to sleep when the signal is aborted already', async () => {
    const reason = new Error('too late');
    await expect(createPacedClock(SPEED).sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
