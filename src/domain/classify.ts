import { AttemptFailure } from './failure.ts';
import type { Outcome } from './outcome.ts';

export interface Classified {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly retryAfterMs: number | null;
}

/**
 * The one place where a thrown failure becomes an outcome. When the attempt's own signal ended it, the reason
 * that the signal carries wins: whatever the flow threw then is only the echo of our own abort.
 */
export function classifyFailure(error: unknown, signal: AbortSignal): Classified {
  const told = signal.aborted ? asFailure(signal.reason) : null;
  const failure = told ?? asFailure(error);
  if (failure) {
    return {
      outcome: failure.outcome,
      reason: failure.message,
      retryAfterMs: failure.retryAfterMs,
    };
  }
  if (signal.aborted) {
    return { outcome: 'aborted', reason: 'the attempt was stopped', retryAfterMs: null };
  }
  const name = error instanceof Error ? error.name : typeof error;
  const detail = error instanceof Error ? error.message : String(error);
  return { outcome: 'flow_error', reason: `${name}: ${detail}`, retryAfterMs: null };
}

const asFailure = (error: unknown): AttemptFailure | null => (error instanceof AttemptFailure ? error : null);
