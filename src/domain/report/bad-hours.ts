import { DAY, HOUR } from '../units.ts';
import type { CodeSample } from './sample.ts';

/** An hour of the day, in UTC, in which codes get lost day after day. */
export interface BadHour {
  readonly hour: number;
  readonly lost: number;
  /** Codes whose delivery was measured in that hour. */
  readonly codes: number;
  readonly lostDays: number;
  readonly days: number;
}

/** As the detectors have it: over 5 %, and over three times the route's own loss. */
const LEAST_LOSS = 0.05;
const TIMES_OVERALL = 3;
/** One bad day is an outage, not a habit. */
const LEAST_DAYS = 3;

/**
 * The hours of a route that are bad every day: on at least half of three or more days. The detectors learn them as
 * normal and page nobody for them, so people must be told.
 */
export function badHoursOf(codes: readonly CodeSample[]): BadHour[] {
  const measured = codes.filter(({ result }) => result !== 'unmeasured');
  const hours = Map.groupBy(measured, ({ requestedAt }) => Math.floor(requestedAt / HOUR) % 24);
  const limit = Math.max(LEAST_LOSS, TIMES_OVERALL * lossOf(measured));
  return [...hours]
    .filter(([, own]) => lossOf(own) > limit)
    .map(([hour, own]) => ({
      hour,
      lost: own.filter(isLost).length,
      codes: own.length,
      lostDays: daysOf(own.filter(isLost)),
      days: daysOf(own),
    }))
    .filter(({ lostDays, days }) => lostDays >= LEAST_DAYS && lostDays >= days / 2)
    .sort((a, b) => a.hour - b.hour);
}

const isLost = ({ result }: CodeSample): boolean => result === 'lost';

const lossOf = (codes: readonly CodeSample[]): number =>
  codes.filter(isLost).length / Math.max(1, codes.length);

const daysOf = (codes: readonly CodeSample[]): number =>
  new Set(codes.map(({ requestedAt }) => Math.floor(requestedAt / DAY))).size;
