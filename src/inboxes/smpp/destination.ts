import type { PhoneNumber } from '../../domain/units.ts';
import { readNumber } from '../inbound-fields.ts';

/** Type of number 1 of SMPP 3.4, section 5.2.5. */
const INTERNATIONAL = 1;
/** Fewer digits may be the end of anybody's number. */
const LEAST_NATIONAL = 7;
/** Fewer are a short code. */
const LEAST_INTERNATIONAL = 8;

/**
 * SMSCs write one number in many ways: `15005550111`, `+15005550111`, `0015005550111`, or as at home, `5005550111`
 * and `05005550111`. The last two are only known by the numbers that are ours. Null: no number that anybody could have.
 */
export function readDestination(
  written: string,
  type: number,
  numbers: readonly PhoneNumber[],
): PhoneNumber | null {
  const bare = written.trim();
  const full = readNumber(bare);
  if (full !== null) return full;
  if (!/^[0-9]+$/.test(bare)) return null;
  if (type === INTERNATIONAL) return readNumber(`+${bare}`);
  const ours = numbers.filter((number) => number === `+${bare}` || endsWith(number, bare.replace(/^0/, '')));
  if (ours.length > 0) return ours.length === 1 ? (ours[0] ?? null) : null;
  return bare.length < LEAST_INTERNATIONAL ? null : readNumber(`+${bare}`);
}

const endsWith = (number: PhoneNumber, national: string): boolean =>
  national.length >= LEAST_NATIONAL && number.endsWith(national);
