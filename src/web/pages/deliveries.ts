import type { AttemptMark } from '../../domain/mark.ts';
import { CODE_RESULTS, type CodeResult } from '../../domain/outcome.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { SpanOfTime } from './span-of-time.ts';

/** A finished attempt that asked for a code. */
export type CodeMark = AttemptMark & { readonly code: NonNullable<AttemptMark['code']> };

export const asksCode = (mark: AttemptMark): mark is CodeMark => mark.code !== null;

export interface DeliverySummary {
  readonly codes: number;
  readonly counts: Readonly<Record<CodeResult, number>>;
  /** Lost codes count as endless; null: so many did not come. Of the measured ones. */
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

/** What became of codes, and how long they took. */
export function summarise(marks: readonly CodeMark[]): DeliverySummary {
  const counts = Object.fromEntries(CODE_RESULTS.map((result) => [result, 0])) as Record<CodeResult, number>;
  const times: number[] = [];
  for (const { code } of marks) {
    counts[code.result] += 1;
    if (code.result === 'on_time' || code.result === 'late') times.push(code.deliveryMs ?? Infinity);
    else if (code.result === 'lost' || code.result === 'unreadable') times.push(Infinity);
  }
  times.sort((a, b) => a - b);
  return {
    codes: marks.length,
    counts,
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
  };
}

function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** More dots than this cannot be told apart. */
const MOST_DOTS = 2000;

/** One column for each thing that a chart draws; `result` and `route` are places in `results` and `routes`. */
export interface Deliveries {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly deadlineMs: number;
  readonly expiryMs: number;
  readonly results: readonly CodeResult[];
  readonly routes: readonly string[];
  readonly id: readonly string[];
  readonly at: readonly EpochMs[];
  readonly ms: readonly (number | null)[];
  readonly result: readonly number[];
  readonly route: readonly number[];
}

/** The dots of a chart, oldest first. Of too many, codes on time are thinned out; no other is left out. */
export function deliveriesOf(all: readonly CodeMark[], { from, to }: SpanOfTime): Deliveries {
  const marks = thinned(all.filter(({ code }) => code.requestedAt >= from)).sort(
    (a, b) => a.code.requestedAt - b.code.requestedAt,
  );
  const routes = [...new Set(marks.map(({ route }) => route ?? ''))].sort();
  return {
    from,
    to,
    deadlineMs: Math.max(0, ...marks.map((mark) => mark.deadlineMs)),
    expiryMs: Math.max(0, ...marks.map((mark) => mark.expiryMs)),
    results: CODE_RESULTS,
    routes,
    id: marks.map(({ id }) => id),
    at: marks.map(({ code }) => code.requestedAt),
    ms: marks.map(({ code }) => (code.deliveryMs === null ? null : Math.round(code.deliveryMs))),
    result: marks.map(({ code }) => CODE_RESULTS.indexOf(code.result)),
    route: marks.map(({ route }) => routes.indexOf(route ?? '')),
  };
}

function thinned(marks: readonly CodeMark[]): CodeMark[] {
  const step = Math.ceil(marks.length / MOST_DOTS);
  return marks.filter((mark, index) => index % step === 0 || mark.code.result !== 'on_time');
}
