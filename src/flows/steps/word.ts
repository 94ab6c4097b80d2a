import {
  ChallengeMissing,
  CodeRejected,
  LoginRefused,
  RateLimited,
  RequestRefused,
  TargetUnreachable,
  type AttemptFailure,
  type FailureDetail,
} from '../../domain/failure.ts';
import type { Outcome } from '../../domain/outcome.ts';

export const STEP_STAGES = ['login', 'request_code', 'verify', 'confirm', 'logout'] as const;
export type StepStage = (typeof STEP_STAGES)[number];

export const FLOW_OUTCOMES = [
  'login_refused',
  'challenge_missing',
  'request_refused',
  'code_rejected',
  'rate_limited',
  'target_unreachable',
] as const satisfies readonly Outcome[];
/** Outcomes that an answer of the target can mean. */
export type FlowOutcome = (typeof FLOW_OUTCOMES)[number];

export const GOOD_WORDS = ['next', 'challenge', 'signed_in'] as const;
/** What an answer means when all goes on: go on; the second factor is asked for; the session stands. */
export type GoodWord = (typeof GOOD_WORDS)[number];

export const WORDS = [...GOOD_WORDS, ...FLOW_OUTCOMES] as const;
/** What an answer means. */
export type Word = (typeof WORDS)[number];

/** What the rules made of an answer. */
export interface Judgement {
  readonly word: Word;
  /** How it came to that: the request, the status, the rule; nothing of the answer's content. */
  readonly why: string;
  readonly retryAfterMs: number | null;
}

const FAILURES = {
  login_refused: (why, detail) => new LoginRefused(why, detail),
  challenge_missing: (why, detail) => new ChallengeMissing(why, detail),
  request_refused: (why, detail) => new RequestRefused(why, detail),
  code_rejected: (why, detail) => new CodeRejected(why, detail),
  rate_limited: (why, detail) => new RateLimited(why, detail),
  target_unreachable: (why, detail) => new TargetUnreachable(why, detail),
} as const satisfies Record<FlowOutcome, (why: string, detail: FailureDetail) => AttemptFailure>;

/**
 * The word, when the flow may go on with it; else throws what it means. Signed in before a code was submitted
 * means that the second factor was not asked for.
 */
export function conclude(judgement: Judgement, stage: StepStage | null): GoodWord {
  const { word, why, retryAfterMs } = judgement;
  const early = stage === 'login' || stage === 'request_code';
  if (word === 'signed_in' && early) {
    throw new ChallengeMissing(`${why}: signed in without being asked for the second factor`);
  }
  if (word === 'next' || word === 'challenge' || word === 'signed_in') return word;
  throw FAILURES[word](why, retryAfterMs === null ? {} : { retryAfterMs });
}
