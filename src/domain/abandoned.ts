import type { Attempt, AttemptPlan, MessageEvidence } from './attempt.ts';
import { FAULT_OF } from './outcome.ts';
import type { EpochMs } from './units.ts';

export interface AbandonedEnd {
  readonly endedAt: EpochMs;
  /** t0; null when no code was asked for. */
  readonly requestedAt: EpochMs | null;
  readonly messages: readonly MessageEvidence[];
}

/** The end of an attempt whose node died or stopped: ours, so it measured nothing. */
export function abandonedAttempt(plan: AttemptPlan, end: AbandonedEnd): Attempt {
  const { endedAt, requestedAt } = end;
  const code =
    requestedAt === null
      ? null
      : {
          requestedAt,
          result: 'unmeasured' as const,
          deliveryMs: null,
          uncertaintyMs: 0,
          overdue: endedAt >= requestedAt + plan.deadlineMs,
        };
  return {
    ...plan,
    finishedAt: endedAt,
    durationMs: Math.max(0, endedAt - plan.startedAt),
    outcome: 'aborted',
    fault: FAULT_OF.aborted,
    reason: `node ${plan.node} died or stopped while the attempt ran`,
    stages: [],
    requests: [],
    code,
    messages: end.messages,
    logout: 'none',
    retryAfterMs: null,
  };
}
