import type { EpochMs } from '../domain/units.ts';

/** Time, as the engine sees it: fakes advance it by hand, drills run it faster. */
export interface Clock {
  /** Wall clock; for timestamps only. */
  now(): EpochMs;
  /** Monotonic milliseconds with fractions; for durations. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
