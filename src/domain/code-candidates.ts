import { isGluedKeyword } from './code-keywords.ts';
import { blankSpans, type Span } from './code-text.ts';

/** Something in a message that may be the code. */
export interface Candidate extends Span {
  readonly code: string;
  /** How much it looks like a code by itself, 0 to 4. */
  readonly shape: number;
  /** Only letters: taken only where the message says outright that this is the code. */
  readonly lettersOnly: boolean;
}

/** More than any login message holds; a message with more is not looked at further. */
const MAX_CANDIDATES = 40;

/** Candidates of a text whose decoys are blanked, in their order. */
export function findCandidates(text: string): Candidate[] {
  const found: Candidate[] = [];
  let rest = text;
  for (const { pattern, read } of FORMS) {
    const taken: Span[] = [];
    for (const { 0: written, index: start } of rest.matchAll(pattern)) {
      const candidate = read({ written, start, text });
      if (!candidate || found.length === MAX_CANDIDATES) continue;
      found.push(candidate);
      taken.push({ start, end: start + written.length });
    }
    // A part of one candidate must not become another.
    rest = blankSpans(rest, taken);
  }
  return found.sort((a, b) => a.start - b.start);
}

interface Found {
  readonly written: string;
  readonly start: number;
  readonly text: string;
}

/** A way to write a code. Codes are given as they are typed: blanks and hyphens between digits or single characters go. */
interface Form {
  readonly pattern: RegExp;
  readonly read: (found: Found) => Candidate | null;
}

const joined = ({ written, start }: Found): Candidate | null =>
  candidateOf(written.replace(/[ -]/g, ''), start, start + written.length);

/** `1 2 3 4 5 6` and `1-2-3-4`. */
const SPELT_DIGITS: Form = {
  pattern: /(?<![A-Za-z0-9])\d([ -])\d(?:\1\d){2,8}(?![A-Za-z0-9])/g,
  read: joined,
};

/** `1-u-8-k-u-f`, `7 Q 2 H 4 T`. */
const SPELT: Form = {
  pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]([ -])[A-Za-z0-9](?:\1[A-Za-z0-9]){2,8}(?![A-Za-z0-9])/g,
  read: (found) => (isOneCase(found.written) ? joined(found) : null),
};

/** `123-456`, `1234-567890`. */
const HYPHENED: Form = {
  pattern: /(?<![A-Za-z0-9-])\d{2,6}(?:-\d{2,6}){1,3}(?![A-Za-z0-9]|-\d)/g,
  read: joined,
};

/** `123 456`, `1234 5678`, `12 34 56`: groups of one size, else two numbers could be taken for one. */
const GROUPED: Form = {
  pattern:
    /(?<![A-Za-z0-9]|\d )(?:\d{3}(?: - | )\d{3}(?: \d{3})?|\d{4} \d{4}|\d{2}(?: \d{2}){1,4})(?![A-Za-z0-9]| \d)/g,
  read: joined,
};

/** `WDJB-MJHT`: the hyphen stays, as targets that use it show it. */
const PAIRED: Form = {
  pattern: /(?<![\p{L}\p{N}-])[A-Z0-9]{3,5}(?:-[A-Z0-9]{3,5}){1,2}(?![\p{L}\p{N}-])/gu,
  read: ({ written, start }) =>
    written.split('-').every((group) => /[A-Z]/.test(group))
      ? candidateOf(written, start, start + written.length)
      : null,
};

// Words are passed over here already: with a digit, or in capitals.
const RUNS = /(?<![A-Za-z0-9])(?:(?=[A-Za-z]{0,23}\d)[A-Za-z0-9]{3,24}|[A-Z]{4,11})(?![A-Za-z0-9])/g;

/** Unbroken runs. A prefix such as Google's `G-` is no part of the code: pages show it outside the field. */
const RUN: Form = { pattern: RUNS, read: readRun };

const FORMS: readonly Form[] = [SPELT_DIGITS, SPELT, HYPHENED, GROUPED, PAIRED, RUN];

function readRun({ written, start, text }: Found): Candidate | null {
  const end = start + written.length;
  if (/^\d/.test(written) && /\d$/.test(written)) return candidateOf(written, start, end);
  const glued = /^([A-Za-z]+)(\d{3,10})$/.exec(written);
  if (glued?.[1] && glued[2] && isGluedKeyword(glued[1])) {
    return candidateOf(glued[2], end - glued[2].length, end);
  }
  const beside = text.charAt(start - 1) + text.charAt(end);
  return /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}_&=/]/u.test(beside)
    ? null
    : candidateOf(written, start, end);
}

function candidateOf(code: string, start: number, end: number): Candidate | null {
  const shape = shapeOf(code);
  return shape === null ? null : { code, start, end, shape, lettersOnly: !/\d/.test(code) };
}

const DIGIT_SHAPES: Readonly<Record<number, number>> = { 3: 1, 4: 3, 5: 3, 6: 4, 7: 3, 8: 3, 9: 1, 10: 1 };

/** How code-like it is; null when it cannot be one. Lengths: 3 to 10 digits, 4 to 10 with letters. */
function shapeOf(code: string): number | null {
  if (/^\d+$/.test(code)) return isYearOrDate(code) ? 0 : (DIGIT_SHAPES[code.length] ?? null);
  const length = code.replaceAll('-', '').length;
  if (length < 4 || length > 10) return null;
  // `Windows11` is a name, `SAVE20` a voucher; `x8fk2q` may be a code.
  if (/^(?:[A-Z]?[a-z]{2,}\d{1,4}|[A-Z]{4,}\d{2,4})$/.test(code)) return 0;
  if (/^[A-Z0-9-]+$/.test(code)) return /\d/.test(code) ? 3 : 1;
  return /\d/.test(code) ? 1 : null;
}

const isYearOrDate = (digits: string): boolean =>
  /^(?:19|20)\d{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))?$/.test(digits);

const isOneCase = (written: string): boolean =>
  written === written.toUpperCase() || (written === written.toLowerCase() && /\d/.test(written));
