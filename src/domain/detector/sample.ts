import type { CodeResult } from '../outcome.ts';

/**
 * What the result of a code tells the detector.
 * `delivered`: it came in time. `waits`: it did not; the detector counts that once, at the deadline, and may have done
 * so already. `abort`: nothing can be said about delivery.
 */
export const SAMPLE_OF = {
  on_time: 'delivered',
  late: 'waits',
  lost: 'waits',
  // A message came, so delivery works. That nobody can read it is for the verdict.
  unreadable: 'abort',
  redacted: 'abort',
  unmeasured: 'abort',
} as const satisfies Record<CodeResult, 'delivered' | 'waits' | 'abort'>;
