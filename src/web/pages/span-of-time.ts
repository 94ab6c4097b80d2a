import type { Marks } from '../../domain/mark.ts';
import { DAY, HOUR, MINUTE, type EpochMs } from '../../domain/units.ts';

/** What charts and strips show: up to the last day, and less while there is less to see. */
export interface SpanOfTime {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** `last 24 h`. */
  readonly words: string;
}

const LENGTHS: readonly (readonly [number, string])[] = [
  [15 * MINUTE, 'last 15 min'],
  [30 * MINUTE, 'last 30 min'],
  [HOUR, 'last hour'],
  [2 * HOUR, 'last 2 h'],
  [4 * HOUR, 'last 4 h'],
  [8 * HOUR, 'last 8 h'],
  [DAY, 'last 24 h'],
];
const LONGEST = LENGTHS.length - 1;

/** One for all charts of a page, so that they can be compared. */
export function spanOfTime(marks: Marks, at: EpochMs): SpanOfTime {
  let oldest = at;
  for (const [first] of marks.values()) if (first) oldest = Math.min(oldest, first.finishedAt);
  const [lengthMs, words] = LENGTHS.find(([length]) => oldest > at - length) ?? LENGTHS[LONGEST] ?? [DAY, ''];
  return { from: at - lengthMs, to: at, words };
}
