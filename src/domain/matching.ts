import type { Disposition } from './outcome.ts';
import type { InboundMessage } from './message.ts';
import { elapsedMs, type Stamp } from './stamp.ts';
import type { EpochMs } from './units.ts';

/** What is known of a phone when a message arrives on it. */
export interface PhoneState {
  /** The attempt that holds the phone now. */
  readonly armed: ArmedPhone | null;
  /** The last attempt that asked for a code and is over. */
  readonly last: PastRequest | null;
}

export interface ArmedPhone {
  readonly attempt: string;
  readonly publicKey: string;
  readonly senders: readonly string[];
  /** t0; null while the code has not been asked for. */
  readonly requested: Stamp | null;
}

export interface PastRequest {
  readonly attempt: string;
  readonly senders: readonly string[];
  readonly requested: Stamp;
  /** Its code never came: the phone rests, and what comes by then is its own. */
  readonly lost: boolean;
  /** Until when messages are taken for this request's. */
  readonly ownsUntil: EpochMs;
}

export type Match =
  /** The attempt in flight reads it and settles it. */
  | { readonly to: 'attempt'; readonly attempt: string }
  | { readonly to: 'account'; readonly attempt: string | null; readonly disposition: Disposition };

/** Clocks of others are trusted to this much beyond their own resolution. */
export const CLOCK_SLACK_MS = 2000;

type Arrival = Pick<InboundMessage, 'from' | 'arrived' | 'times' | 'uncertaintyMs'>;

/**
 * Whose message is it? By phone, time and sender, never by the code's value: providers resend the same code
 * (https://www.twilio.com/docs/verify/api/rate-limits-and-timeouts). Decided once, for each message.
 */
export function matchMessage(message: Arrival, phone: PhoneState | null): Match {
  if (!phone) return { to: 'account', attempt: null, disposition: 'unmatched' };
  const { armed, last } = phone;
  if (armed) {
    if (!senderAllowed(message.from, armed.senders)) {
      return lateFor(message, last) ?? settled(armed.attempt, 'wrong_sender');
    }
    if (isStale(message, armed.requested)) return settled(null, 'stale');
    return { to: 'attempt', attempt: armed.attempt };
  }
  if (!last || message.arrived.at > last.ownsUntil) return settled(null, 'unmatched');
  if (!senderAllowed(message.from, last.senders)) return settled(null, 'wrong_sender');
  if (isStale(message, last.requested)) return settled(null, 'stale');
  return settled(last.attempt, last.lost ? 'late' : 'duplicate');
}

/** While our own control uses a phone that rests, what others send is still the lost request's. */
function lateFor(message: Arrival, last: PastRequest | null): Match | null {
  if (!last?.lost || message.arrived.at > last.ownsUntil) return null;
  const own = senderAllowed(message.from, last.senders) && !isStale(message, last.requested);
  return own ? settled(last.attempt, 'late') : null;
}

const settled = (attempt: string | null, disposition: Disposition): Match => ({
  to: 'account',
  attempt,
  disposition,
});

/** Sent before the attempt asked, by our clock or by any clock of the provider's; those of mail relays are not trusted. */
export function isStale(message: Arrival, requested: Stamp | null): boolean {
  if (requested === null || elapsedMs(requested, message.arrived) < 0) return true;
  const earliest = requested.at - CLOCK_SLACK_MS;
  return message.times.some((time) => time.clock !== 'relay' && time.at < earliest - time.resolutionMs);
}

/** Patterns are exact but for an opening or a closing `*`; case and blanks are not told apart. */
export function senderAllowed(from: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  const sender = normalise(from);
  return patterns.some((pattern) => {
    const wanted = normalise(pattern);
    if (wanted.startsWith('*') && wanted !== '*') return sender.endsWith(wanted.slice(1));
    return wanted.endsWith('*') ? sender.startsWith(wanted.slice(0, -1)) : sender === wanted;
  });
}

const normalise = (name: string): string => name.toLowerCase().replace(/\s+/g, '');
