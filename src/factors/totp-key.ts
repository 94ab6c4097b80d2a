/** What makes the codes of one account. */
export interface TotpKey {
  /** Base32, upper case, without blanks or padding. */
  readonly secret: string;
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly digits: 6 | 7 | 8;
  readonly periodSeconds: number;
}

/**
 * Reads a secret as sites show it (`jbsw y3dp ehpk 3pxp`), or the address behind their QR code
 * (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). Null when it is neither.
 */
export function readTotpKey(written: string): TotpKey | null {
  if (!/^otpauth:/i.test(written.trim())) return assemble(written, {});
  const url = URL.parse(written.trim());
  if (!url || url.hostname !== 'totp') return null;
  return assemble(url.searchParams.get('secret') ?? '', Object.fromEntries(url.searchParams));
}

interface Options {
  readonly algorithm?: string;
  readonly digits?: string;
  readonly period?: string;
}

const ALGORITHMS = ['sha1', 'sha256', 'sha512'] as const;
const DIGITS = [6, 7, 8] as const;

function assemble(written: string, options: Options): TotpKey | null {
  const secret = written.toUpperCase().replace(/[\s-]|=+\s*$/g, '');
  const algorithm = ALGORITHMS.find((one) => one === (options.algorithm ?? 'sha1').toLowerCase());
  const digits = DIGITS.find((one) => String(one) === (options.digits ?? '6'));
  const periodSeconds = Number(options.period ?? '30');
  const isPeriod = Number.isInteger(periodSeconds) && periodSeconds >= 10 && periodSeconds <= 300;
  if (!/^[A-Z2-7]{2,}$/.test(secret) || !algorithm || !digits || !isPeriod) return null;
  return { secret, algorithm, digits, periodSeconds };
}
