import type { Attempt } from './attempt.ts';
import type { Disposition, Outcome } from './outcome.ts';
import { elapsedMs, type Stamp } from './stamp.ts';
import { MINUTE, type EpochMs } from './units.ts';

/** How a request for a code leaves its phone when the attempt is over. */
export interface PhoneRest {
  /** The code never came: what comes while the phone rests is taken for it. */
  readonly lost: boolean;
  /** Until when messages are taken for this request's. */
  readonly ownsUntil: EpochMs;
  /** Until when nobody else may use the phone; null: at once. */
  readonly restsUntil: EpochMs | null;
}

export interface RequestEnd {
  readonly requested: Stamp;
  readonly expiryMs: number;
  readonly attempt: Pick<Attempt, 'outcome' | 'code' | 'stages'>;
  /** Whether a message of the attempt was matched, read or not. */
  readonly matched: boolean;
}

const LEAST_REST_MS = 10 * MINUTE;

/** The target answered the request itself with a no: nothing is on its way. */
const NOT_SENT: ReadonlySet<Outcome> = new Set<Outcome>(['request_refused', 'rate_limited', 'login_refused']);

/**
 * A code that may still be on its way must not meet the next attempt: the phone rests for two expiries. So it does when
 * only messages came that nobody could read, or a code that the target refused: they may have been a stranger's, or a late
 * copy of an older code, with the own code yet to come.
 */
export function restAfter({ requested, expiryMs, attempt, matched }: RequestEnd): PhoneRest {
  const result = attempt.code?.result ?? 'unmeasured';
  const unread = result === 'unmeasured' && (attempt.code?.deliveryMs ?? null) === null;
  const settled = result !== 'lost' && result !== 'unreadable' && !unread && !wasRefused(attempt);
  const rests = !settled && !NOT_SENT.has(attempt.outcome);
  if (!rests) return { lost: false, ownsUntil: requested.at + expiryMs, restsUntil: null };
  const until = requested.at + Math.max(2 * expiryMs, LEAST_REST_MS);
  return { lost: result === 'lost' || !matched, ownsUntil: until, restsUntil: until };
}

/** `late` wins over a refusal of the late code. */
const wasRefused = ({ outcome, stages }: RequestEnd['attempt']): boolean =>
  outcome === 'code_rejected' ||
  (outcome === 'late' && stages.some(({ stage, ok }) => stage === 'verify' && !ok));

export interface UnreadEnd {
  /** A message of the attempt is matched already. */
  readonly matched: boolean;
  readonly requested: Stamp | null;
  readonly expiryMs: number;
  /** The code was given up as lost. */
  readonly lost: boolean;
}

/** What becomes of messages, oldest first, that an attempt left unread: the first was its code, the rest copies. */
export function settleUnread(arrivals: readonly Stamp[], end: UnreadEnd): Disposition[] {
  let { matched } = end;
  return arrivals.map((arrived) => {
    if (matched) return 'duplicate';
    const expired = end.requested !== null && elapsedMs(end.requested, arrived) > end.expiryMs;
    if (end.lost || expired) return 'late';
    matched = true;
    return 'matched';
  });
}
