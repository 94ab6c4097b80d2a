/** Milliseconds since the epoch, UTC, by a wall clock. */
export type EpochMs = number;
/**
 * A number in E.164 form, `+` and digits; of a mailbox, which stands where a phone does, its address in lower case.
 * Never logged or exported: see {@link maskNumber}.
 */
export type PhoneNumber = string;
/** Money in millionths of the configured currency, so that sums are exact. */
export type Micros = number;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What of a phone number may be shown: the country's first digit and the last four; of a mail address, `a•••@acme.example`. */
export function maskNumber(number: PhoneNumber): string {
  return isMailAddress(number) ? number.trim().replace(/^(.?)[^@]*@/su, '$1•••@') : maskDigits(number);
}

function maskDigits(number: string): string {
  const digits = number.replace(/[^0-9]/g, '');
  return digits.length > 6 ? `+${digits.slice(0, 1)}•••${digits.slice(-4)}` : '•••';
}

/** Seven digits and more, however they are grouped, are somebody's number. */
const LONG_NUMBER = /(?:[0-9][^0-9A-Za-z]*){7}/;
/** Control characters, and marks that nobody sees or that turn the direction of a line. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

export const isMailAddress = (number: PhoneNumber): boolean => number.includes('@');

/**
 * A sender as it may be shown: names and short codes whole, long numbers (also where a gateway makes an address of one) and
 * mail addresses masked, and nothing that rewrites a screen.
 */
export function maskSender(from: string): string {
  if (LONG_NUMBER.test(from)) return maskDigits(from);
  const seen = from.replace(UNSEEN, '·');
  return isMailAddress(seen) ? maskNumber(seen).slice(0, 64) : seen.slice(0, 16);
}
