import { type AttemptFailure, RateLimited, RequestRefused, TargetUnreachable } from '../domain/failure.ts';

/** What came back from a provider that did not take a message. */
export interface Refusal {
  /** The provider's name, as the sentence begins. */
  readonly provider: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** In words; none of the provider's own, which may hold numbers. */
  readonly found: string;
  /** The provider says that we send too much. */
  readonly overLimit?: boolean;
  /** What to do when it is down or cannot be reached. */
  readonly whenDown: string;
  /** What to do when it refuses. */
  readonly whenRefused: string;
  readonly cause?: unknown;
}

/**
 * How a control ends whose message was not taken. None of these is the fault of the target: the verdict reads them as
 * the fault of our own sender, and a rate limit as nothing measured.
 */
export function sendFailure(refusal: Refusal): AttemptFailure {
  const { provider, status, found, cause } = refusal;
  if (status === 429 || refusal.overLimit === true) {
    return new RateLimited(`${provider} asks us to send less: ${found}; run the control less often`, {
      cause,
    });
  }
  if (status === null || status >= 500) {
    return new TargetUnreachable(`${provider} did not take the control SMS: ${found}; ${refusal.whenDown}`, {
      cause,
    });
  }
  return new RequestRefused(`${provider} refused the control SMS: ${found}; ${refusal.whenRefused}`, {
    cause,
  });
}
