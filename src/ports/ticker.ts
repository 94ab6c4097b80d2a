import type { EpochMs } from '../domain/units.ts';

/** node-cron's syntax, seconds allowed; an IANA time zone. */
export interface Schedule {
  readonly cron: string;
  readonly timezone: string;
}

/** Fires schedules, and tells what they will do. */
export interface Ticker {
  /** Calls `onTick` with the exact scheduled instant. Returns what ends it. */
  start(schedule: Schedule, onTick: (tickAt: EpochMs) => void): () => void;
  /** The next `count` firings after now, soonest first. */
  upcoming(schedule: Schedule, count: number): EpochMs[];
  /** Whether the schedule fired within the `durationMs` before `at`. */
  firedWithin(schedule: Schedule, durationMs: number, at: EpochMs): boolean;
}
