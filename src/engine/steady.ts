import type { Clock } from '../ports/clock.ts';
import type { EpochMs } from '../domain/units.ts';

/**
 * Store time of a lone node: the wall clock as it was at the start, moved on by the monotonic clock. A wall clock
 * that jumps must not end leases, open limits or move a t0. In whole milliseconds, as stores keep them.
 */
export function steadyTime(clock: Clock): () => EpochMs {
  const offsetMs = clock.now() - clock.monotonicMs();
  return () => Math.floor(offsetMs + clock.monotonicMs());
}
