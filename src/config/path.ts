import { maskNumber } from '../domain/units.ts';

/** The way from the top of the file to a value. */
export type Path = readonly (string | number)[];

/** `probes.acme-sms.flow.steps[2].when`. */
export function showPath(path: Path): string {
  let shown = '';
  for (const step of path) {
    if (/^[0-9]{1,5}$/.test(String(step))) shown += `[${step}]`;
    else shown += `${shown === '' ? '' : '.'}${showName(String(step))}`;
  }
  return shown;
}

const LONG_NUMBER = /^\+?[0-9][0-9 ().-]{5,}[0-9]$/;

export const looksLikeNumber = (text: string): boolean => LONG_NUMBER.test(text.trim());

/** A password's hash that slipped into the place of a name. */
const HASH = /\$[0-9a-z]{1,10}\$[^ ]{8}/;

/** A key or a name as it may be shown: what follows a colon may be a secret whose blank was forgotten. */
export function showName(name: string): string {
  if (HASH.test(name)) return '[secret]';
  if (looksLikeNumber(name)) return maskNumber(name);
  const [before = ''] = name.split(/[:=]/, 1);
  const short = printable(before.length < name.length ? `${before}:…` : name);
  return short.length > 64 ? `${short.slice(0, 63)}…` : short;
}

/** Without control characters, which could rewrite the reader's terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·');
