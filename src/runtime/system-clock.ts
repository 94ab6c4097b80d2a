import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports/clock.ts';

/** setTimeout fires at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The machine's clocks. With `speed` above 1 all time runs that much faster from the start on: drills and the
 * simulator share such a clock, so that an hour's outage takes a minute.
 */
export function createSystemClock(speed = 1): Clock {
  const startedWall = Date.now();
  const startedMs = performance.now();
  const monotonicMs = () => startedMs + (performance.now() - startedMs) * speed;
  return {
    now: speed === 1 ? () => Date.now() : () => startedWall + monotonicMs() - startedMs,
    monotonicMs,
    sleep: (ms, signal) => sleep(ms / speed, signal),
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.min(Math.max(0, ms), LONGEST_TIMER_MS),
    );
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
