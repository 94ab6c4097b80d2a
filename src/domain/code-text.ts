/**
 * Longer messages are cut: ten concatenated SMS hold 1,530 characters (GSM 03.38), and hostile text must stay cheap.
 */
export const MAX_CODE_TEXT = 2000;
/** Cut before the marks are stripped, so that a code behind many of them is still reached. */
const MAX_RAW_TEXT = 10_000;

// Bidi and zero-width marks, soft hyphens, variation selectors; the Arabic tatweel, keycaps (7️⃣); our own blank.
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u0640\uffff]|\u20e3/gu;
const NEWLINE = /\r\n?|[\n\u0085\u2028\u2029]/g;
const BLANK = /[^\S\n]|(?!\n)\p{Cc}/gu;
const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/gu;
const DIGIT = /^\p{Nd}$/u;

/** The text as the reader sees it: digits of every script as ASCII, no unseen marks, plain blanks, `\n` alone. */
export function normaliseCodeText(raw: string): string {
  const seen = raw.slice(0, MAX_RAW_TEXT).replace(UNSEEN, '').slice(0, MAX_CODE_TEXT);
  if (isPlainAscii(seen)) return seen;
  return seen
    .replace(NEWLINE, '\n')
    .replaceAll('№', '#')
    .normalize('NFKC')
    .replace(FOREIGN_DIGIT, asciiDigit)
    .replace(BLANK, ' ')
    .slice(0, MAX_CODE_TEXT);
}

const isPlainAscii = (text: string): boolean => /^[\n\x20-\x7e]*$/.test(text);

/**
 * Decimal digits stand in runs of ten, ascending from zero (https://www.unicode.org/versions/latest/core-spec/chapter-4/#G124206),
 * so that a digit's value is its place in its run.
 */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (before < 50 && DIGIT.test(String.fromCodePoint(point - before - 1))) before += 1;
  return String(before % 10);
}

/** A part of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Neither letter, digit nor blank: a noncharacter, which no normalised text holds. */
export const BLANKED = '\uffff';

/** The text with these parts blanked, which stand in their order; positions hold. */
export function blankSpans(text: string, spans: readonly Span[]): string {
  let blanked = '';
  let from = 0;
  for (const { start, end } of spans) {
    blanked += text.slice(from, start) + BLANKED.repeat(end - start);
    from = end;
  }
  return blanked + text.slice(from);
}

const ACCENTED =
  /[\u00c0-\u024f\u0386-\u0390\u03aa-\u03b0\u03ca-\u03ce\u0439\u0450-\u0457\u045c-\u045e\u1e00-\u1fff]/g;
// Letters that Unicode does not decompose, and Arabic ones that keyboards mix.
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({ đ: 'd', ð: 'd', ı: 'i', ł: 'l', ø: 'o', æ: 'a', ς: 'σ' }).concat(
    Object.entries({ ی: 'ي', ى: 'ي', ک: 'ك', أ: 'ا', إ: 'ا', آ: 'ا', ة: 'ه', ۀ: 'ه' }),
  ),
);
const LOOKALIKE = /[đðıłøæςیىکأإآةۀ]/g;

/** For comparing words: lower case, without diacritics. Has the length of its argument, so that positions hold. */
export function foldWords(text: string): string {
  const lower = text.replaceAll('İ', 'I').toLowerCase();
  return lower
    .replace(ACCENTED, (letter) => letter.normalize('NFD').charAt(0))
    .replace(LOOKALIKE, (letter) => LOOKALIKES.get(letter) ?? letter);
}
