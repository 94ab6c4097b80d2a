import type { Attempt, CodeRecord } from './attempt.ts';

/** What charts and summaries need of a finished attempt; a day of them fits in memory. An Attempt is one too. */
export interface AttemptMark extends Pick<
  Attempt,
  | 'id'
  | 'probe'
  | 'target'
  | 'factor'
  | 'account'
  | 'phone'
  | 'route'
  | 'finishedAt'
  | 'outcome'
  | 'fault'
  | 'deadlineMs'
  | 'expiryMs'
> {
  readonly code: Pick<CodeRecord, 'requestedAt' | 'result' | 'deliveryMs'> | null;
}

/** Marks by probe, oldest first. */
export type Marks = ReadonlyMap<string, readonly AttemptMark[]>;

/** Leaves out what weighs: stages, requests, messages, words. */
export function markOf(attempt: Attempt): AttemptMark {
  const { id, probe, target, factor, account, phone, route, finishedAt, outcome, fault, code } = attempt;
  const { deadlineMs, expiryMs } = attempt;
  const told = code && {
    requestedAt: code.requestedAt,
    result: code.result,
    deliveryMs: code.deliveryMs,
  };
  return {
    id,
    probe,
    target,
    factor,
    account,
    phone,
    route,
    finishedAt,
    outcome,
    fault,
    deadlineMs,
    expiryMs,
    code: told,
  };
}

/** Of all the probes given, newest first; at most so many of each. */
export function newestMarks(marks: Marks, probes: readonly string[], most: number): AttemptMark[] {
  return probes
    .flatMap((probe) => (marks.get(probe) ?? []).slice(-most))
    .sort((a, b) => b.finishedAt - a.finishedAt);
}
