import { maskNumber } from './units.ts';

/** What must not be shown, whoever wrote the text that it stands in. */
export interface Covered {
  readonly secrets: readonly string[];
  /** In E.164 form. */
  readonly number: string | null;
}

/** Shorter ones are no secrets, and would cover every other word. */
const MIN_LENGTH = 4;

/** A text that others wrote, such as an error of a user's flow, without what it may have been built from. */
export function coverSecrets(text: string, { secrets, number }: Covered): string {
  let covered = text;
  const known = secrets.filter((secret) => secret.length >= MIN_LENGTH);
  // The longest first: a part of it may be a secret too.
  for (const secret of known.toSorted((a, b) => b.length - a.length)) {
    for (const written of new Set([secret, encodeURIComponent(secret)])) {
      covered = covered.replaceAll(written, '[secret]');
    }
  }
  if (number === null) return covered;
  // A number may also be written without its plus.
  return covered
    .replaceAll(number, maskNumber(number))
    .replaceAll(number.replace('+', ''), maskNumber(number));
}
