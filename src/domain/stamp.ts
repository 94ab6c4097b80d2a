import type { EpochMs } from './units.ts';

/** One instant by both clocks of one process; `boot` names that process. */
export interface Stamp {
  readonly at: EpochMs;
  readonly monotonicMs: number;
  readonly boot: string;
}

/** Milliseconds from one stamp to another: monotonic within a process, by wall clocks between two. */
export const elapsedMs = (from: Stamp, to: Stamp): number =>
  from.boot === to.boot ? to.monotonicMs - from.monotonicMs : to.at - from.at;
