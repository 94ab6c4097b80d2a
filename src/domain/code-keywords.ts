import * as lists from './code-keyword-words.ts';
import { foldWords, normaliseCodeText } from './code-text.ts';

/** A word that speaks of codes, where it stands. */
export interface Keyword {
  readonly start: number;
  readonly end: number;
  /** 1 for a name of the code itself ("passcode"), less for what one does with it ("verify"). */
  readonly weight: number;
}

const NAME_WEIGHT = 1;
const ACT_WEIGHT = 0.6;
/** Looks like a keyword and speaks of something else. */
const STRUCK_WEIGHT = 0;

/** All keywords of a folded text, in their order. */
export function findKeywords(folded: string): Keyword[] {
  const found = UNSPACED_SCRIPT.test(folded) ? findAnywhere(folded) : [];
  return [...found, ...findWords(folded)]
    .filter((keyword) => keyword.weight > 0)
    .sort((a, b) => a.start - b.start);
}

const entries = (list: string): string[] =>
  list
    .trim()
    .split(/\s+/)
    .map((word) => foldWords(normaliseCodeText(word)).replaceAll(/[_-]/g, ' '));

// Later lists win: what is struck stays struck.
const WEIGHTED = [
  { list: lists.ACTS, weight: ACT_WEIGHT },
  { list: lists.NAMES, weight: NAME_WEIGHT },
  { list: lists.STRUCK, weight: STRUCK_WEIGHT },
].flatMap(({ list, weight }) => entries(list).map((entry) => ({ entry, weight })));

const EXACT: ReadonlyMap<string, number> = new Map(WEIGHTED.map(({ entry, weight }) => [entry, weight]));
const HEADS: ReadonlyMap<string, number> = new Map(
  WEIGHTED.filter(({ entry }) => entry.endsWith('*')).map(({ entry, weight }) => [
    entry.slice(0, -1),
    weight,
  ]),
);
const PHRASE_STARTS: ReadonlySet<string> = new Set(
  WEIGHTED.filter(({ entry }) => entry.includes(' ')).map(({ entry }) => entry.replace(/ .*/, '')),
);
const LONGEST_PHRASE = 4;
const SHORTEST_HEAD = 3;
const LONGEST_HEAD = 24;

interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

interface Phrase extends Word {
  /** Of how many words. */
  readonly count: number;
}

function findWords(folded: string): Keyword[] {
  const words = [...folded.matchAll(/(?<!\d)2fa|[\p{L}\p{M}]+/gu)].map(({ 0: word, index }) => ({
    word,
    start: index,
    end: index + word.length,
  }));
  const found: Keyword[] = [];
  for (let at = 0; at < words.length; at += 1) {
    for (const phrase of phrasesAt(words, at, folded)) {
      const weight = weightOf(phrase);
      if (weight === null) continue;
      found.push({ start: phrase.start, end: phrase.end, weight });
      at += phrase.count - 1;
      break;
    }
  }
  return found;
}

/** The word there, and before it the phrases that it opens: the longest that is known counts. */
function phrasesAt(words: readonly Word[], at: number, folded: string): Phrase[] {
  const first = words[at];
  if (!first) return [];
  const phrases = [{ ...first, count: 1 }];
  if (!PHRASE_STARTS.has(first.word)) return phrases;
  let phrase = first;
  for (const next of words.slice(at + 1, at + LONGEST_PHRASE)) {
    if (next.start !== phrase.end + 1 || !/[ -]/.test(folded.charAt(phrase.end))) break;
    phrase = { word: `${phrase.word} ${next.word}`, start: first.start, end: next.end };
    phrases.unshift({ ...phrase, count: phrases.length + 1 });
  }
  return phrases;
}

const COMPOUND = new RegExp(`(?:${entries(lists.COMPOUND_ENDS).join('|')})[\\p{L}\\p{M}]{0,5}$`, 'u');

function weightOf({ word, count }: Phrase): number | null {
  const exact = EXACT.get(word);
  if (exact !== undefined) return exact;
  const head = headWeightOf(word);
  if (head === STRUCK_WEIGHT) return head;
  return count === 1 && COMPOUND.test(word) ? NAME_WEIGHT : head;
}

/** A head takes any ending of its last word, but no word more. */
function headWeightOf(word: string): number | null {
  const shortest = Math.max(SHORTEST_HEAD, word.lastIndexOf(' ') + 2);
  for (let length = Math.min(word.length, LONGEST_HEAD); length >= shortest; length -= 1) {
    const weight = HEADS.get(word.slice(0, length));
    if (weight !== undefined) return weight;
  }
  return null;
}

/** Scripts in which words are not set apart, or take prefixes; accented Latin is folded away by now. */
const UNSPACED_SCRIPT = /[\u0530-\u1dff\u2e80-\ufffd]/;

/** Longer words first: of two that begin alike, the whole one is meant. */
const anyOf = (list: string): string =>
  entries(list)
    .sort((a, b) => b.length - a.length)
    .map((entry) => entry.replaceAll(' ', '[ -]?'))
    .join('|');

const ANYWHERE = new RegExp(
  `(${anyOf(lists.STRUCK_ANYWHERE)})|(${anyOf(lists.NAMES_ANYWHERE)})|${anyOf(lists.ACTS_ANYWHERE)}`,
  'gu',
);

const findAnywhere = (folded: string): Keyword[] =>
  [...folded.matchAll(ANYWHERE)].map(({ 0: word, 1: struck, 2: name, index }) => ({
    start: index,
    end: index + word.length,
    weight: struck ? STRUCK_WEIGHT : name ? NAME_WEIGHT : ACT_WEIGHT,
  }));

const GLUED: ReadonlySet<string> = new Set(entries('otp code pin kod kode codigo senha token passcode'));

/** Whether a word may stand before a code without a blank: `OTP482913`. */
export const isGluedKeyword = (word: string): boolean => GLUED.has(word.toLowerCase());
