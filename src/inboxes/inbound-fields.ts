import type { PhoneNumber } from '../domain/units.ts';

/** What providers write in many ways, brought into one. Each answers null for what it cannot read. */

/** ITU-T E.164: a plus, no leading zero, 15 digits at most. */
const E164 = /^\+[1-9][0-9]{5,14}$/;

/** `+1 (500) 555-0111` or `0015005550111` as `+15005550111`. A number without its country is not guessed at. */
export function readNumber(written: string): PhoneNumber | null {
  const compact = written.replace(/[\s\p{Cf}().-]/gu, '').replace(/^00/, '+');
  return E164.test(compact) ? compact : null;
}

/** A number in E.164 form where it is one; names (`ACME`) and short codes (`72975`) as they are. */
export function readSender(written: string): string | null {
  const sender = readNumber(written) ?? written.trim();
  return /^[^\p{Cc}\p{Cs}]{1,64}$/u.test(sender) ? sender : null;
}

/** A provider's message id: printable ASCII, so that every store keeps it as it came. */
export const readProviderId = (written: string): string | null =>
  /^[\x21-\x7e]{1,200}$/.test(written) ? written : null;
