import type { Attempt, CodeRecord } from '../attempt.ts';
import type { CodeResult, Outcome } from '../outcome.ts';
import type { EpochMs } from '../units.ts';
import type { Waited } from './kaplan-meier.ts';

/** What a report needs of an attempt: reports look at very many. */
export interface ReportSample {
  readonly target: string;
  readonly probe: string;
  readonly outcome: Outcome;
  /** null: no code was asked for, or it is not delivered to a phone. */
  readonly code: CodeSample | null;
}

export interface CodeSample {
  readonly route: string;
  readonly phone: string;
  readonly requestedAt: EpochMs;
  readonly result: CodeResult;
  readonly deliveryMs: number | null;
  /** How long somebody looked for it. */
  readonly waitedMs: number;
}

export function sampleOf(attempt: Attempt): ReportSample {
  const { target, probe, outcome, code, route, phone } = attempt;
  if (!code || route === null || phone === null) return { target, probe, outcome, code: null };
  const { requestedAt, result, deliveryMs } = code;
  const waitedMs = waitOf(attempt, code);
  return { target, probe, outcome, code: { route, phone, requestedAt, result, deliveryMs, waitedMs } };
}

/** By the monotonic clock where the wait was timed; the node that dies takes its stages with it. */
function waitOf(attempt: Attempt, code: CodeRecord): number {
  const timed = attempt.stages.find(({ stage }) => stage === 'delivery');
  return timed?.durationMs ?? Math.max(0, attempt.finishedAt - code.requestedAt);
}

/** Its arrival as the delivery histogram counts it: a message that nobody could read has arrived, too. */
export function arrivalOf({ result, deliveryMs, waitedMs }: CodeSample): Waited {
  if (result === 'unmeasured') return { ms: waitedMs, came: false };
  if (result === 'lost' || deliveryMs === null) return { ms: Infinity, came: false };
  return { ms: deliveryMs, came: true };
}

/** Whether and when it was of use: a code that is late or unreadable never is; of one that was hidden nobody knows. */
export function useOf(code: CodeSample): Waited {
  if (code.result === 'redacted') return { ms: code.deliveryMs ?? code.waitedMs, came: false };
  if (code.result === 'late' || code.result === 'unreadable') return { ms: Infinity, came: false };
  return arrivalOf(code);
}
