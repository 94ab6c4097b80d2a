import type { Attempt } from './attempt.ts';
import type { Outcome } from './outcome.ts';
import { DAY, MINUTE, type EpochMs } from './units.ts';

/** A target that asked us to back off. It stays known after `until`, so that the next wait is longer. */
export interface Breaker {
  readonly until: EpochMs;
  /** Openings in a row; doubles the wait. */
  readonly level: number;
  readonly reason: string;
}

const FIRST_WAIT_MS = 15 * MINUTE;
const LONGEST_WAIT_MS = DAY;
/** A target's own wish is honoured up to here; beyond, it is taken for a mistake. */
const LONGEST_WISH_MS = 7 * DAY;

/** Outcomes that show that the target served us again: login went through, a code was asked for. */
const CONTACT: ReadonlySet<Outcome> = new Set<Outcome>([
  'ok',
  'late',
  'lost',
  'code_unreadable',
  'code_rejected',
  'challenge_missing',
  'redacted',
]);

type End = Pick<Attempt, 'outcome' | 'reason' | 'retryAfterMs' | 'startedAt' | 'finishedAt'>;

/**
 * The target's breaker after an attempt. Closed: null. Open: until Retry-After, or 15 min doubling to 24 h.
 * An attempt that started before the breaker opened neither closes it nor counts as one more opening.
 */
export function moveBreaker(current: Breaker | null, attempt: End): Breaker | null {
  const alreadyOpen = current !== null && attempt.startedAt < current.until;
  if (attempt.outcome !== 'rate_limited') {
    return !alreadyOpen && CONTACT.has(attempt.outcome) ? null : current;
  }
  const level = alreadyOpen ? current.level : (current?.level ?? 0) + 1;
  const until = attempt.finishedAt + waitMs(level, attempt.retryAfterMs);
  return { until: alreadyOpen ? Math.max(current.until, until) : until, level, reason: attempt.reason };
}

function waitMs(level: number, retryAfterMs: number | null): number {
  if (retryAfterMs !== null && retryAfterMs > 0) return Math.min(retryAfterMs, LONGEST_WISH_MS);
  return doubled(FIRST_WAIT_MS, level - 1, LONGEST_WAIT_MS);
}

/** `first`, doubled `times`, at most `longest`. */
export const doubled = (first: number, times: number, longest: number): number =>
  Math.min(first * 2 ** times, longest);

/** Where a target's breaker stands in the state book. */
export const BREAKER_PREFIX = 'breaker/';
export const breakerKey = (target: string): string => `${BREAKER_PREFIX}${target}`;

/** A breaker from the state book; null for anything else. */
export function parseBreaker(value: unknown): Breaker | null {
  const { until, level, reason } = Object(value) as Partial<Record<keyof Breaker, unknown>>;
  if (typeof until !== 'number' || typeof level !== 'number') return null;
  return { until, level, reason: typeof reason === 'string' ? reason : '' };
}
