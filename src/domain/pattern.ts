import { RE2JS } from 're2js';

/** A user's regular expression. RE2: linear in the text's length, whatever the pattern (https://github.com/google/re2/wiki/Syntax). */
export interface Pattern {
  readonly source: string;
  test(text: string): boolean;
  /** The group named `code`, else the first group, else the whole match; null without a match. */
  capture(text: string): string | null;
}

/** Longer text is cut: hostile pages and messages are bounded before they are searched. */
const MAX_TEXT = 1_000_000;

/** `/source/i` or a bare source. Throws an Error that says what is wrong with the pattern. */
export function compilePattern(written: string): Pattern {
  const slashed = /^\/(.*)\/([ims]*)$/s.exec(written);
  const source = slashed?.[1] ?? written;
  const compiled = RE2JS.compile(source, flagsOf(slashed?.[2] ?? ''));
  const named = Object.hasOwn(compiled.namedGroups(), 'code');
  return {
    source: written,
    test: (text) => compiled.matcher(text.slice(0, MAX_TEXT)).find(),
    capture(text) {
      const matcher = compiled.matcher(text.slice(0, MAX_TEXT));
      if (!matcher.find()) return null;
      if (named) return matcher.group('code');
      return matcher.group(matcher.groupCount() > 0 ? 1 : 0);
    },
  };
}

function flagsOf(letters: string): number {
  let flags = 0;
  if (letters.includes('i')) flags |= RE2JS.CASE_INSENSITIVE;
  if (letters.includes('m')) flags |= RE2JS.MULTILINE;
  if (letters.includes('s')) flags |= RE2JS.DOTALL;
  return flags;
}
