import type { CodeResult, Disposition, Fault, Outcome, Stage } from './outcome.ts';
import type { ProviderTime } from './message.ts';
import type { EpochMs } from './units.ts';

/** What is fixed when a tick becomes an attempt. */
export interface AttemptPlan {
  readonly id: string;
  /** probe|tick|location: the same tick never starts two attempts. */
  readonly key: string;
  readonly probe: string;
  /** The target's name; `control` for a control. */
  readonly target: string;
  readonly factor: string;
  readonly flow: string;
  readonly location: string;
  readonly node: string;
  readonly account: string;
  /** The phone that the code comes to; null for factors without delivery. */
  readonly phone: string | null;
  readonly route: string | null;
  readonly tickAt: EpochMs;
  readonly startedAt: EpochMs;
  /** A code later than this after the request is late. */
  readonly deadlineMs: number;
  /** The target no longer takes a code older than this. */
  readonly expiryMs: number;
  /** Why it runs: its schedule, a detector's question, or a person. */
  readonly cause: AttemptCause;
}

export const ATTEMPT_CAUSES = ['schedule', 'confirmation', 'manual'] as const;
export type AttemptCause = (typeof ATTEMPT_CAUSES)[number];

/** Offsets are monotonic milliseconds since the attempt's start. */
export interface StageRecord {
  readonly stage: Stage;
  readonly startMs: number;
  readonly durationMs: number;
  readonly ok: boolean;
}

/** One HTTP exchange with the target, without query, bodies or headers. */
export interface RequestRecord {
  readonly stage: Stage;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly startMs: number;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly ttfbMs: number | null;
  readonly totalMs: number;
}

/** The account of the one code that an attempt asked for. */
export interface CodeRecord {
  readonly requestedAt: EpochMs;
  readonly result: CodeResult;
  /** t1 - t0; null when no code came. */
  readonly deliveryMs: number | null;
  /** How exact deliveryMs is: 0 for a push, up to the polling interval for a message found by a poll. */
  readonly uncertaintyMs: number;
  readonly overdue: boolean;
}

/** A message of the attempt's phone, as evidence: never its text or its full sender. */
export interface MessageEvidence {
  readonly id: string;
  readonly providerId: string;
  readonly disposition: Disposition;
  readonly from: string;
  readonly arrivedAt: EpochMs;
  readonly afterRequestMs: number | null;
  readonly times: readonly ProviderTime[];
}

export const LOGOUTS = ['ok', 'failed', 'none'] as const;
export type Logout = (typeof LOGOUTS)[number];

/** One synthetic login, from tick to outcome; immutable once finished. */
export interface Attempt extends AttemptPlan {
  readonly finishedAt: EpochMs;
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly fault: Fault;
  /** Why it got its outcome, in words; holds no secret, code or full number. */
  readonly reason: string;
  readonly stages: readonly StageRecord[];
  readonly requests: readonly RequestRecord[];
  readonly code: CodeRecord | null;
  readonly messages: readonly MessageEvidence[];
  readonly logout: Logout;
  /** The target's wish, with rate_limited. */
  readonly retryAfterMs: number | null;
}
