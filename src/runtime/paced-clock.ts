import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports/clock.ts';

/** What a wake-up may be late without its being noticed; real milliseconds. */
const SLACK_MS = 2;
/** setTimeout fires at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/**
 * The machine's clocks, `speed` times faster as long as the process keeps up: when it is late for whoever is to wake next,
 * time waits for it. Without that, a moment in which a busy machine does not run us would look like half a minute to
 * everything that is timed: leases would run out, and requests time out. Sleepers wake one by one, in order.
 */
export function createPacedClock(speed: number): Clock {
  const startedWall = Date.now();
  const sleepers = new Set<Sleeper>();
  let base = { pacedMs: performance.now(), realMs: performance.now() };
  /** How far, in real milliseconds, time goes on after the base. */
  let reachMs = Infinity;
  let timer: NodeJS.Timeout | undefined;
  const startedMs = base.pacedMs;

  const monotonicMs = (): number => base.pacedMs + Math.min(performance.now() - base.realMs, reachMs) * speed;

  const arm = (): void => {
    base = { pacedMs: monotonicMs(), realMs: performance.now() };
    clearTimeout(timer);
    const next = earliest(sleepers);
    reachMs = Infinity;
    if (!next) return;
    const waitMs = Math.max(0, (next.dueMs - base.pacedMs) / speed);
    reachMs = waitMs + SLACK_MS;
    timer = setTimeout(fire, Math.min(waitMs, LONGEST_TIMER_MS));
  };
  const fire = (): void => {
    const next = earliest(sleepers);
    if (next && next.dueMs <= monotonicMs()) {
      sleepers.delete(next);
      next.wake();
    }
    arm();
  };
  return {
    now: () => startedWall + monotonicMs() - startedMs,
    monotonicMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) reject(signal.reason as Error);
        if (signal?.aborted) return;
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper = { dueMs: monotonicMs() + Math.max(0, ms), wake };
        const onAbort = () => {
          sleepers.delete(sleeper);
          arm();
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.add(sleeper);
        arm();
      }),
  };
}

function earliest(sleepers: ReadonlySet<Sleeper>): Sleeper | null {
  let first: Sleeper | null = null;
  for (const sleeper of sleepers) if (!first || sleeper.dueMs < first.dueMs) first = sleeper;
  return first;
}
