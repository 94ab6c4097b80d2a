import type { Outcome } from './outcome.ts';

/** What a failure may say beyond its outcome. */
export interface FailureDetail {
  /** The target's wish (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/**
 * An expected end of an attempt, thrown by flows, factors and inboxes. The message is shown to people:
 * it must hold no secret, code or full number.
 */
export class AttemptFailure extends Error {
  readonly outcome: Outcome;
  readonly retryAfterMs: number | null;

  constructor(outcome: Outcome, message: string, detail: FailureDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.outcome = outcome;
    this.retryAfterMs = detail.retryAfterMs ?? null;
  }
}

/** The target refused the primary credentials. */
export class LoginRefused extends AttemptFailure {
  constructor(message: string, detail?: FailureDetail) {
    super('login_refused', message, detail);
  }
}

/** The target signed the user in without asking for the second factor: a security fault. */
export class ChallengeMissing extends AttemptFailure {
  constructor(message: string, detail?: FailureDetail) {
    super('challenge_missing', message, detail);
  }
}

/** The target answered that it could not send the code. */
export class RequestRefused extends AttemptFailure {
  constructor(message: string, detail?: FailureDetail) {
    super('request_refused', message, detail);
  }
}

/** The target refused the submitted code. */
export class CodeRejected extends AttemptFailure {
  constructor(message: string, detail?: FailureDetail) {
    super('code_rejected', message, detail);
  }
}

/** 429, a locked account or a CAPTCHA: we could not measure, and back off. */
export class RateLimited extends AttemptFailure {
  constructor(message: string, detail?: FailureDetail) {
    super('rate_limited', message, detail);
  }
}

/** DNS, connect, TLS, timeout, 5xx, or an answer that no rule of the flow matches. */
export class TargetUnreachable extends AttemptFailure {
  constructor(message: string, detail?: FailureDetail) {
    super('target_unreachable', message, detail);
  }
}
