import type { AttemptPlan } from './attempt.ts';
import type { Skip } from './outcome.ts';
import type { EpochMs, Micros } from './units.ts';

/** What a target allows; holds across probes, nodes, restarts and confirmations. */
export interface Limits {
  readonly perHour: number;
  readonly perDay: number;
  /** Least time between two starts on the target. */
  readonly spacingMs: number;
  readonly perPhone: { readonly sends: number; readonly windowMs: number };
}

export interface SpendCap {
  readonly currency: string;
  readonly perMonth: Micros;
}

/** An account that the attempt could use, with the phone it is bound to. */
export interface Candidate {
  readonly account: string;
  readonly phone: string | null;
  readonly route: string | null;
  /** What one code to this phone costs. */
  readonly cost: Micros;
}

export interface LeaseRequest {
  readonly plan: Omit<AttemptPlan, 'account' | 'phone' | 'route'>;
  readonly candidates: readonly Candidate[];
  readonly limits: Limits;
  readonly cap: SpendCap | null;
  readonly at: EpochMs;
  readonly ttlMs: number;
  /** The attempt's ephemeral X25519 public key (SPKI, base64); message bodies are sealed to it. */
  readonly publicKey: string;
  /** Patterns of senders that may send the code; empty: anyone. */
  readonly senders: readonly string[];
  /**
   * Its message is known by its sender, which is ours (a control): a phone that rests after a lost code is free for it.
   */
  readonly ownSender: boolean;
}

/** What is known of a candidate at the moment of asking. */
export interface CandidateFacts {
  /** The probe whose attempt holds the account or its phone. */
  readonly heldBy: string | null;
  readonly quarantinedUntil: EpochMs | null;
  readonly pausedUntil: EpochMs | null;
  readonly lastUsedAt: EpochMs | null;
  /** When each send of the phone within its window was, oldest first. */
  readonly sends: readonly EpochMs[];
}

export interface LeaseFacts {
  readonly breakerUntil: EpochMs | null;
  readonly startsLastHour: number;
  readonly startsLastDay: number;
  readonly lastStartAt: EpochMs | null;
  /** Spent and reserved in this UTC month. */
  readonly spent: Micros;
  /** By account name. */
  readonly candidates: ReadonlyMap<string, CandidateFacts>;
}

export type LeaseDecision =
  | { readonly granted: Candidate }
  | {
      readonly granted: null;
      readonly skip: Skip;
      /** When asking again may help; null: not within a tick's patience. */
      readonly retryAt: EpochMs | null;
      readonly detail: string;
    };

const refuse = (skip: Skip, detail: string, retryAt: EpochMs | null = null): LeaseDecision => ({
  granted: null,
  skip,
  retryAt,
  detail,
});

/** Start or skip: the one decision that every send passes, whoever asks for it. */
export function decideLease(request: LeaseRequest, facts: LeaseFacts): LeaseDecision {
  return refuseTarget(request, facts) ?? chooseCandidate(request, facts);
}

function refuseTarget(request: LeaseRequest, facts: LeaseFacts): LeaseDecision | null {
  const { at, limits } = request;
  if (facts.breakerUntil !== null && at < facts.breakerUntil) {
    const until = new Date(facts.breakerUntil).toISOString();
    return refuse('breaker', `the target asked us to back off until ${until}`);
  }
  if (facts.startsLastHour >= limits.perHour) {
    return refuse('budget', `${facts.startsLastHour} attempts in the last hour, limit ${limits.perHour}`);
  }
  if (facts.startsLastDay >= limits.perDay) {
    return refuse('budget', `${facts.startsLastDay} attempts in the last day, limit ${limits.perDay}`);
  }
  const nextStart = (facts.lastStartAt ?? -Infinity) + limits.spacingMs;
  if (at < nextStart) {
    return refuse('spacing', `the target was asked less than ${limits.spacingMs} ms ago`, nextStart);
  }
  return null;
}

/** The least recently used candidate that is free; else the most telling reason why there is none. */
function chooseCandidate(request: LeaseRequest, facts: LeaseFacts): LeaseDecision {
  const refusals: LeaseDecision[] = [];
  const free: { candidate: Candidate; lastUsedAt: number }[] = [];
  for (const candidate of request.candidates) {
    const known = facts.candidates.get(candidate.account) ?? UNKNOWN;
    const refusal = refuseCandidate(request, candidate, known, facts.spent);
    if (refusal) refusals.push(refusal);
    else free.push({ candidate, lastUsedAt: known.lastUsedAt ?? -Infinity });
  }
  free.sort((a, b) => a.lastUsedAt - b.lastUsedAt);
  const first = free[0];
  if (first) return { granted: first.candidate };
  return mostTelling(refusals);
}

const UNKNOWN: CandidateFacts = {
  heldBy: null,
  quarantinedUntil: null,
  pausedUntil: null,
  lastUsedAt: null,
  sends: [],
};

function refuseCandidate(
  request: LeaseRequest,
  candidate: Candidate,
  known: CandidateFacts,
  spent: Micros,
): LeaseDecision | null {
  const { at, limits, cap, plan } = request;
  const name = candidate.account;
  if (cap && candidate.cost > 0 && spent + candidate.cost > cap.perMonth) {
    return refuse('spend_cap', `the month's cap of ${cap.perMonth / 1e6} ${cap.currency} is reached`);
  }
  if (known.pausedUntil !== null && at < known.pausedUntil) {
    return refuse('paused', `account ${name} is paused`);
  }
  if (!request.ownSender && known.quarantinedUntil !== null && at < known.quarantinedUntil) {
    return refuse(
      'quarantine',
      `phone ${candidate.phone ?? '-'} rests: a code that it was to get may still come`,
      known.quarantinedUntil,
    );
  }
  const { sends, windowMs } = limits.perPhone;
  const oldest = known.sends[known.sends.length - sends];
  if (candidate.phone !== null && oldest !== undefined) {
    return refuse('budget', `phone ${candidate.phone} had ${known.sends.length} sends`, oldest + windowMs);
  }
  if (known.heldBy !== null) {
    const skip = known.heldBy === plan.probe ? 'overlap' : 'no_free_account';
    return refuse(skip, `account ${name} or its phone is in use by ${known.heldBy}`, at);
  }
  return null;
}

/** Of several candidates' reasons, the one that passes soonest tells most about this tick; of equals, the first of these. */
const TELLING: readonly Skip[] = [
  'no_free_account',
  'overlap',
  'quarantine',
  'budget',
  'spend_cap',
  'paused',
];

function mostTelling(refusals: readonly LeaseDecision[]): LeaseDecision {
  const found = refusals.flatMap((refusal) => (refusal.granted === null ? [refusal] : []));
  const [first] = found.toSorted(
    (a, b) =>
      (a.retryAt ?? Infinity) - (b.retryAt ?? Infinity) || TELLING.indexOf(a.skip) - TELLING.indexOf(b.skip),
  );
  return first ?? refuse('no_free_account', 'the probe has no account that could be used');
}
