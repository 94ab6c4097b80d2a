import { findCandidates } from './code-candidates.ts';
import { blankDecoys, blankedSpans } from './code-decoys.ts';
import { findKeywords } from './code-keywords.ts';
import { readOriginBound } from './code-origin-bound.ts';
import { scoreCandidates } from './code-scoring.ts';
import { blankSpans, foldWords, normaliseCodeText } from './code-text.ts';
import type { Pattern } from './pattern.ts';

export type ReadResult =
  | { readonly found: 'code'; readonly code: string }
  /** `ambiguous`: two or more candidates tie; guessing could lock the account. */
  | { readonly found: 'none' | 'ambiguous' };

/** The winner must lead by this much; see code-scoring.ts for what earns points. */
const LEAD = 2;

/**
 * The one code in a message. The probe's own pattern decides alone where there is one; else an origin-bound code;
 * else what looks most like a code and is spoken of as one. Blanks and hyphens between digits go, and so does a prefix
 * such as `G-`; a pattern's capture stays as it is. Never throws; linear in the text's length, of which MAX_CODE_TEXT is read.
 */
export function readCode(text: string, pattern: Pattern | null): ReadResult {
  const seen = normaliseCodeText(text);
  if (pattern) return asResult(readByPattern(text, seen, pattern));
  const bound = readOriginBound(seen);
  return bound === null ? readByEvidence(seen) : asResult(bound);
}

const asResult = (code: string | null): ReadResult => (code ? { found: 'code', code } : { found: 'none' });

/** Patterns copied from a message may hold what normalising takes away, so the text as it came is tried too. */
function readByPattern(text: string, seen: string, pattern: Pattern): string | null {
  const captured = pattern.capture(seen) ?? pattern.capture(text);
  return captured === null ? null : normaliseCodeText(captured).trim();
}

function readByEvidence(seen: string): ReadResult {
  const folded = blankDecoys(foldWords(seen));
  const text = blankSpans(seen, blankedSpans(folded));
  const candidates = findCandidates(text);
  if (candidates.length === 0) return { found: 'none' };
  const [first, second] = scoreCandidates({ text, folded, candidates, keywords: findKeywords(folded) });
  if (!first) return { found: 'none' };
  if (second && first.score - second.score < LEAD) return { found: 'ambiguous' };
  return { found: 'code', code: first.code };
}
