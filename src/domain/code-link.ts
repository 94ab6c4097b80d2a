import type { Candidate } from './code-candidates.ts';
import type { Keyword } from './code-keywords.ts';

/** A keyword further away than this speaks of something else. */
const REACH = 70;
/** "code 123456": from here on, the message says outright that this is the code. */
export const OUTRIGHT = 1.1;

/**
 * How closely a keyword speaks of a candidate: about 1.2 for "code: 123456" and "123456 is your code", falling with the
 * distance, and far less across the end of a sentence; 0 beyond reach. `folded` has its decoys blanked.
 */
export function closenessOf(candidate: Candidate, keyword: Keyword, folded: string): number {
  if (keyword.end <= candidate.start) return before(folded.slice(keyword.end, candidate.start));
  if (candidate.end <= keyword.start) return after(folded.slice(candidate.end, keyword.start));
  return 0;
}

const alternatives = (list: string): string => list.trim().split(/\s+/).join('|');

/** "is", in its many forms; folded. Without those that are "to" or "on" elsewhere: codes are sent *to* numbers. */
const COPULA = alternatives(`
  is are was ist lautet lauten sind es son est sont sera e sao sono er ar je jsou este sunt ειναι yra ir dir ni ay
  это є це adalah ialah merupakan هو هي است هست הוא היא है हैं হল হলো হচ্ছে below here follows`);
const COPULA_ANYWHERE = alternatives('是 为 為 は が は、 는 은 이 가 คือ');

const OPENING = '[\\s"\'*\\[(<{「『【《〈“”„«‚‘’:=>-]*';
const CLOSING = '[\\s"\'*\\])>}」』】》〉“”»‘’]*';
const ENDS_WITH_COPULA = new RegExp(
  `(?:(?<!\\p{L})(?:${COPULA})|(?:${COPULA_ANYWHERE})|[:=])${OPENING}$`,
  'u',
);
const STARTS_WITH_COPULA = new RegExp(
  `^${CLOSING}(?:[=—–-]|(?:${COPULA})(?!\\p{L})|(?:${COPULA_ANYWHERE}))`,
  'u',
);
const SENTENCE_END = /[.!?;।؟۔](?:\s|$)|[。！？]|\n/u;
const WORD = /[\p{L}\p{N}]/u;

function before(gap: string): number {
  if (gap.length > REACH) return 0;
  if (!WORD.test(gap)) {
    if (/[:=]/.test(gap)) return 1.2;
    return /[.!?。]\s/.test(gap) ? 0.6 : OUTRIGHT;
  }
  const far = gap.length / REACH;
  const ended = SENTENCE_END.test(gap);
  if (ENDS_WITH_COPULA.test(gap)) return ended ? 0.8 - far / 2 : Math.max(0.8, 1.2 - far / 2);
  return (1 - far) * (ended ? 0.5 : 0.9);
}

function after(gap: string): number {
  if (gap.length > REACH) return 0;
  const far = gap.length / REACH;
  if (SENTENCE_END.test(gap)) return (1 - far) * 0.3;
  if (STARTS_WITH_COPULA.test(gap)) return Math.max(0.8, 1.2 - far / 6);
  if (!WORD.test(gap)) return /,/.test(gap) ? 0.6 : 0.9;
  return (1 - far) * 0.8;
}
