import type { Candidate } from './code-candidates.ts';
import type { Keyword } from './code-keywords.ts';
import { closenessOf, OUTRIGHT } from './code-link.ts';

/** A code with the best score that any of its places in the message earned. */
export interface Scored {
  readonly code: string;
  readonly score: number;
}

/** What scoring looks at. Both texts have the same length, decoys blanked. */
export interface Scene {
  readonly text: string;
  readonly folded: string;
  /** In their order. */
  readonly keywords: readonly Keyword[];
  readonly candidates: readonly Candidate[];
}

/** Points of a full-weight keyword beside the candidate; see closenessOf. */
const FULL_NEARNESS = 10;
const OUTRIGHT_NEARNESS = FULL_NEARNESS * OUTRIGHT;
const NEAR = 3;

/** The codes of a message that have evidence for them, best first; each code once. */
export function scoreCandidates(scene: Scene): Scored[] {
  const best = new Map<string, number>();
  for (const { candidate, nearness } of withNearness(scene)) {
    if (!isEvident(candidate, nearness, scene)) continue;
    const score = nearness + candidate.shape + frameOf(candidate, scene.text);
    best.set(candidate.code, Math.max(score, best.get(candidate.code) ?? 0));
  }
  return [...best].map(([code, score]) => ({ code, score })).sort((a, b) => b.score - a.score);
}

interface Near {
  readonly candidate: Candidate;
  readonly nearness: number;
}

/** "118204 or 993370": what is said of one of a list is said of all. */
function withNearness(scene: Scene): Near[] {
  const lists: Near[][] = [];
  for (const candidate of scene.candidates) {
    const near = { candidate, nearness: nearnessOf(candidate, scene) };
    const list = lists.at(-1);
    const last = list?.at(-1);
    if (list && last && isListed(last.candidate, candidate, scene.folded)) list.push(near);
    else lists.push([near]);
  }
  return lists.flatMap((list) => {
    const nearness = Math.max(...list.map((near) => near.nearness));
    return list.map(({ candidate }) => ({ candidate, nearness }));
  });
}

const LIST_JOINT = /^\s*(?:[,/&|+、]|and|or|und|oder|et|ou|y|o|e|i|и|или|或|和|と)\s*$/u;

function isListed(one: Candidate, next: Candidate, folded: string): boolean {
  const gap = folded.slice(one.end, next.start);
  return gap.length <= 8 && LIST_JOINT.test(gap);
}

/** By the two keywords before and the two after it: others are further away. */
function nearnessOf(candidate: Candidate, { keywords, folded }: Scene): number {
  const next = keywords.findIndex((keyword) => keyword.start >= candidate.end);
  const middle = next < 0 ? keywords.length : next;
  const points = keywords
    .slice(Math.max(0, middle - 2), middle + 2)
    .map((keyword) => FULL_NEARNESS * keyword.weight * closenessOf(candidate, keyword, folded));
  return Math.max(0, ...points);
}

/** Is there reason to believe that this is a code, and not just some number? */
function isEvident(candidate: Candidate, nearness: number, scene: Scene): boolean {
  if (candidate.lettersOnly) return nearness > OUTRIGHT_NEARNESS && !isShouted(candidate, scene.text);
  if (candidate.shape === 0) return nearness >= OUTRIGHT_NEARNESS;
  if (candidate.shape < 3) return nearness >= 2 * NEAR;
  if (nearness >= NEAR) return true;
  if (!/^\d+$/.test(candidate.code)) return false;
  return (
    scene.keywords.some((keyword) => keyword.weight === 1) ||
    isMarked(candidate, scene.text) ||
    isAlone(candidate, scene)
  );
}

const NO_CODE =
  /^(?:NOT|NEVER|SHARE|VALID|INVALID|EXPIRED|REQUIRED|BELOW|HERE|SENT|READY|PLEASE|STOP|HELP|ACTIVE)$/;

/** Part of a sentence in capitals, not a code. */
function isShouted(candidate: Candidate, text: string): boolean {
  const around = `${text.slice(Math.max(0, candidate.start - 12), candidate.start)}_${text.slice(candidate.end, candidate.end + 12)}`;
  return NO_CODE.test(candidate.code) || /(?:^|\P{L})\p{Lu}{2,} _|_ \p{Lu}{2,}/u.test(around);
}

/** `<#>` opens messages for Android's SMS Retriever, `G-` stands before Google's codes: neither needs words. */
const isMarked = (candidate: Candidate, text: string): boolean =>
  /^\s*<#>/.test(text) || /(?:^|\s)G-$/.test(text.slice(Math.max(0, candidate.start - 3), candidate.start));

/** Nothing else in the message, or but a name and a sign: `Zephyr: 871204`, yet not `Gate: 1204`. */
function isAlone({ code, start, end }: Candidate, { text, candidates }: Scene): boolean {
  const words = `${text.slice(0, start)} ${text.slice(end)}`.match(/[\p{L}\p{N}\uffff]+/gu) ?? [];
  if (candidates.length > 1 || words.length > 2) return false;
  if (words.length === 0) return true;
  if (code.length < 5) return false;
  return /[:\n\]】—–-]\s*$/.test(text.slice(0, start)) || /^\s*[\n—–-]/.test(text.slice(end));
}

/** Set apart by the one who wrote the message: on a line of its own, in brackets, at either end. */
function frameOf({ start, end }: Candidate, text: string): number {
  const left = text.slice(Math.max(0, start - 3), start);
  const right = text.slice(end, end + 3);
  const opens = start === 0 || /\n *$/.test(left);
  const closes = end === text.length || /^ *\n/.test(right) || /^[. ]*$/.test(text.slice(end));
  if (opens && closes) return 2;
  if (/[[(<{「『【《〈“"«*]\s?$/.test(left) && /^\s?[\])>}」』】》〉”"»*]/.test(right)) return 1.5;
  return opens || closes ? 0.5 : 0;
}
