import { maskNumber } from '../domain/units.ts';
import { looksLikeNumber, printable } from './path.ts';

const MAX_SHOWN = 60;

/** A value from the file as a fault may quote it: kinds of things by name, numbers masked, long texts cut. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number' || typeof value === 'bigint') {
    return looksLikeNumber(String(value)) ? maskNumber(String(value)) : String(value);
  }
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? shownText(value) : 'something else';
}

function shownText(text: string): string {
  if (looksLikeNumber(text)) return maskNumber(text);
  const clean = printable(text).replace(/\/\/[^/@\s]*@/g, '//[secret]@');
  return `"${clean.length > MAX_SHOWN ? `${clean.slice(0, MAX_SHOWN - 1)}…` : clean}"`;
}

const SECRETIVE =
  /pass|secret|token|credential|authorization|cookie|api[-_]?key|private|backup|vars|headers|pin$/i;

/** Whether a key's name says that what stands under it should not be shown, whatever its schema says. */
export const isSecretive = (key: string): boolean => SECRETIVE.test(key);
