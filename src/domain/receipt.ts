import type { Attempt } from './attempt.ts';
import { CLOCK_SLACK_MS } from './matching.ts';
import type { CodeResult } from './outcome.ts';
import { HOUR, type EpochMs, type PhoneNumber } from './units.ts';

/** What the sender's provider says became of a message. `pending`: it says that it will say more. */
export type Said = 'delivered' | 'failed' | 'pending';

/** A provider's word on a message that the target sent: a claim, never evidence of an arrival. */
export interface Receipt {
  readonly inbox: string;
  /** The provider's id of the message. */
  readonly providerId: string;
  readonly to: PhoneNumber;
  readonly said: Said;
  /** The provider's error, with a failure. */
  readonly error: string | null;
  /** When it reached us. */
  readonly at: EpochMs;
}

/** All receipts of one message in one; kept without the number. */
export interface ReceiptRecord {
  readonly inbox: string;
  readonly providerId: string;
  readonly phone: string;
  /** When the first receipt came: about when the message was sent. */
  readonly firstAt: EpochMs;
  readonly said: Said;
  readonly saidAt: EpochMs;
  readonly error: string | null;
}

export const TRUTHS = ['delivered_seen', 'delivered_never_seen', 'failed_seen', 'failed_never_seen'] as const;
/** What was said beside what was seen. */
export type Truth = (typeof TRUTHS)[number];

/** A receipt whose message we never asked for, or not lately, is nobody's after this. */
export const RECEIPT_WAIT_MS = 3 * HOUR;

/** Adds a receipt to what was said before. What is final stays: providers' receipts come out of order. */
export function addReceipt(before: ReceiptRecord | null, receipt: Receipt, phone: string): ReceiptRecord {
  const { inbox, providerId, said, error, at } = receipt;
  const firstAt = Math.min(before?.firstAt ?? at, at);
  if (before && (said === 'pending' || before.said !== 'pending')) return { ...before, firstAt };
  return { inbox, providerId, phone, firstAt, said, saidAt: at, error };
}

/** Every code has expired by then: whoever had asked for one before has ended. */
const LONGEST_EXPIRY_MS = HOUR;

/**
 * The attempt whose code the message was: by phone and time, as messages are matched. One attempt at a time has a phone, so
 * it is the last one that had asked when the first receipt came. null: none, or one that has not ended yet may be it.
 */
export function ownerOf(record: ReceiptRecord, ended: readonly Attempt[], at: EpochMs): Attempt | null {
  const { phone, firstAt } = record;
  const own = ended.filter((attempt) => attempt.phone === phone && attempt.code !== null);
  const before = own
    .filter((attempt) => askedAt(attempt) - CLOCK_SLACK_MS <= firstAt)
    .sort((a, b) => askedAt(b) - askedAt(a));
  const last = before[0];
  if (!last || firstAt > askedAt(last) + last.expiryMs) return null;
  const isSure = firstAt <= last.finishedAt || own.length > before.length || at > firstAt + LONGEST_EXPIRY_MS;
  return isSure ? last : null;
}

const askedAt = ({ code }: Attempt): EpochMs => code?.requestedAt ?? Infinity;

/** Whether the message was seen by its expiry; null where we could not tell. */
const SEEN = {
  on_time: true,
  late: true,
  unreadable: true,
  redacted: true,
  lost: false,
  unmeasured: null,
} satisfies Record<CodeResult, boolean | null>;

/** null while nothing final was said, and where we do not know whether the message came. */
export function truthOf(said: Said, attempt: Pick<Attempt, 'code'>): Truth | null {
  const seen = attempt.code && SEEN[attempt.code.result];
  if (said === 'pending' || seen === null) return null;
  return `${said}_${seen ? 'seen' : 'never_seen'}`;
}

/** Reads what was stored; null for anything else. */
export function parseReceiptRecord(value: unknown): ReceiptRecord | null {
  const isRecord = typeof value === 'object' && value !== null && 'firstAt' in value && 'said' in value;
  return isRecord ? (value as ReceiptRecord) : null;
}
