import {
  CALL,
  CALL_ANYWHERE,
  CARD,
  CURRENCY,
  CURRENCY_ANYWHERE,
  ID_NAMES,
  ID_NAMES_ANYWHERE,
  TAIL,
  TAIL_ANYWHERE,
  UNITS,
  UNITS_ANYWHERE,
} from './code-decoy-words.ts';
import { BLANKED, type Span } from './code-text.ts';

/**
 * A folded text with everything blanked that looks like a code and is none: addresses, times, amounts, phone
 * numbers, ids. Has the length of its argument.
 */
export function blankDecoys(folded: string): string {
  let text = folded;
  for (const pattern of DECOYS) {
    text = text.replace(pattern, (decoy) => BLANKED.repeat(decoy.length));
  }
  return text;
}

/** Where a text is blanked. */
export const blankedSpans = (text: string): Span[] =>
  [...text.matchAll(/\uffff+/g)].map(({ 0: run, index }) => ({ start: index, end: index + run.length }));

/** Every quantifier in here is bounded: that keeps the search linear in the text's length. */
const re = (source: TemplateStringsArray, ...parts: string[]): RegExp =>
  new RegExp(String.raw(source, ...parts), 'gu');

const START = String.raw`(?<![\p{L}\p{N}])`;
const END = String.raw`(?![\p{L}\p{N}])`;

const ADDRESSES = [
  re`(?:https?://|www\.)[!-~]{1,500}`,
  re`(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,100}`,
  // Hosts without a scheme: with a path, or with a well-known ending ("123456.Do not share" is no host).
  re`(?<![a-z0-9.-])(?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,12}/[!-~]{0,300}`,
  re`(?<![a-z0-9.-])(?:[a-z0-9-]{1,40}\.){1,4}(?:com|net|org|io|app|dev|gov|edu|info|example|ru|cn|jp|br|eu|uk|fr|ly)(?![a-z0-9])`,
  re`@[a-z0-9_.-]{1,60}`,
  // The last 11 characters name the app: https://developers.google.com/identity/sms-retriever/verify
  /(?<=\s)(?![0-9]{11})(?=[a-z0-9+/]{0,10}[0-9+/])[a-z0-9+/]{11}(?=\s{0,9}$)/gmu,
  re`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
];

// "2 h" is no duration in "7 Q 2 H 4 T".
const NOT_SPELT = String.raw`(?<![\d:]|(?<![a-z\d])[a-z\d][ -])`;
const DAY_OR_MONTH = '(?:0?[1-9]|[12]\\d|3[01])';

const TIMES = [
  re`${NOT_SPELT}(?:\d{1,4}\s?-?\s?(?:${UNITS})${END}|\d{1,3}\s?(?:${UNITS_ANYWHERE}))`,
  re`${NOT_SPELT}\d{1,4}(?:(?:am|pm|st|nd|rd|th)${END}|[年년])`,
  re`(?<![\d:])\d{1,2}(?::\d{2}){1,2}(?![\d:])`,
  re`${START}\d{1,2}h\d{2}${END}`,
  re`${START}(?:at|um|kl|kl\.|klo|alle) (?:[01]\d|2[0-3])[0-5]\d${END}`,
  re`(?<!\d)${DAY_OR_MONTH}[./-]${DAY_OR_MONTH}[./-](?:(?:19|20)\d{2}|\d{2})(?!\d)`,
  re`(?<!\d)(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}(?!\d)`,
  re`${START}\d{1,2}[ -]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[ ,-]{0,2}(?:\d{4}|\d{2})?${END}`,
  re`(?<!\d)(?:19|20)\d{2}\s?[-/–]\s?(?:(?:19|20)\d{2}|\d{2})(?!\d)`,
];

const AMOUNT = String.raw`(?:\d{1,3}(?: \d{3}){1,3}(?!\d)|\d{1,9})(?:[.,']\d{2,3}){0,4}(?:[.,]\d{1,2}(?!\d))?(?!\d)`;

const AMOUNTS = [
  // Versions and IP addresses, and amounts without decimals.
  re`(?<!\d)\d{1,5}(?:\.\d{1,5}){2,5}(?!\d)`,
  re`(?:${START}(?:${CURRENCY})\.?|(?:${CURRENCY_ANYWHERE}))\s?${AMOUNT}`,
  re`(?<![\d.,])${AMOUNT}\s?(?:(?:${CURRENCY})${END}|(?:${CURRENCY_ANYWHERE})(?!\s?\d))`,
  re`(?<![\d.,])(?:\d{1,3}(?:[.,']\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,7}[.,]\d{2})(?!\d)`,
  // "24/7"
  re`(?<!\d)\d{1,3}/\d{1,4}(?!\d)`,
];

const BANK_NUMBERS = [
  // IBAN, then card numbers.
  re`${START}[a-z]{2}\d{2}(?: ?[a-z\d]{4})?(?: ?\d{4}){2,6}(?: \d{1,2}(?!\d))?`,
  re`(?<![\d-])\d{4}(?:[ -]\d{4}){2,4}(?!\d)`,
];

const CALL_JOINT = String.raw`(?:[\s:.]{0,3}(?:us|at|on|free|toll-free|me|au|al|an|unter|no|para|o|il|na|le|numero)(?!\p{L})){0,4}[\s:.]{0,3}`;

const PHONE_NUMBERS = [
  re`\+\s?\d{1,4}(?:[ .-]?\(?\d{2,5}\)?){1,4}(?!\d)`,
  re`\(\d{2,5}\) ?\d[\d -]{3,12}\d(?!\d)`,
  re`(?<![\d-])\d{3}[-. ]\d{3}[-. ]\d{4}(?!\d)`,
  re`(?<![\d-])0(?:\d{2,4}[- ]\d{3,4}[- ]\d{3,4}|\d(?:[ .-]\d{2}){4}|[789]00[ -]\d{3,8})(?!\d)`,
  re`(?<![\d-])(?:[18]-)?[48]\d{2}-(?:[a-z\d]{3,4}-[a-z\d]{3,4}(?:-\d{2})?|[a-z]{7,10})(?![a-z\d])`,
  re`(?:${START}(?:${CALL})|(?:${CALL_ANYWHERE}))${CALL_JOINT}\d[\d -]{1,14}\d`,
  re`${START}sent to[ :]{1,2}\d[\d -]{1,14}\d`,
  re`\*\d{2,4}(?:\*\d{1,8}){0,4}#`,
];

const ID_JOINT = String.raw`[\s:#.=°()-]{0,4}(?:(?:id|ids|no|nr|num|number|numero|nummer|numer|n|номер|是|为|為|は)(?!\p{L})[\s:#.=°-]{0,4}){0,2}`;

const IDS = [
  // XX1245, **** **** 1245, *1245, 4821xx9921, ...1245
  re`${START}[x*•·●#]{2}(?:[ -]?[x*•·●#]){0,16}[ -]?\d{2,6}(?![\p{L}\p{N}*])`,
  re`${START}x\d{4}${END}|\*\d{4}(?![\d*])|\d{1,6}[x*•]{2,12}\d{1,6}|\.{2,3}\d{4}(?!\d)`,
  re`(?:${START}(?:${TAIL})|(?:${TAIL_ANYWHERE}))[\s:*x.(为是為は]{0,6}\d{2,6}(?!\d)`,
  re`(?<!\d)\d{3,4}(?=(?:로|으로) 끝나| ile biten)`,
  re`(?:${START}(?:${ID_NAMES})(?!\p{L})|(?:${ID_NAMES_ANYWHERE}))${ID_JOINT}[a-z]{0,6}[-/]?\d[a-z\d/-]{1,24}`,
  re`${START}(?:inv|ord|ref|txn|trx|tkt|case|ticket|pnr|order)(?:[-#]\d[a-z\d-]{1,20}|\d{4,20}${END})`,
  re`${START}(?:${CARD})(?:\s(?:no|nr|number|n)[.:]?)?[ .#]{1,2}(?:\d{4}|\d{7,20})${END}`,
];

// In this order: "123456,10 minutes" holds a duration and no decimals, an IBAN no phone number.
const DECOYS: readonly RegExp[] = [
  ...ADDRESSES,
  ...TIMES,
  ...AMOUNTS,
  ...BANK_NUMBERS,
  ...PHONE_NUMBERS,
  ...IDS,
];
