/** Milliseconds since the epoch, UTC, by a wall clock. */
export type EpochMs = number;
/** A number in E.164 form, `+` and digits. Never logged or exported: see {@link maskNumber}. */
export type PhoneNumber = string;
/** Money in millionths of the configured currency, so that sums are exact. */
export type Micros = number;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What of a phone number may be shown: the country's first digit and the last four. */
export function maskNumber(number: PhoneNumber): string {
  const digits = number.replace(/[^0-9]/g, '');
  return digits.length > 6 ? `+${digits.slice(0, 1)}•••${digits.slice(-4)}` : '•••';
}

/** A sender as it may be shown: names and short codes whole, long numbers masked. */
export const maskSender = (from: string): string =>
  /^\+?[0-9]{7,}$/.test(from.trim()) ? maskNumber(from) : from.slice(0, 16);
