import { and, clampMax, gt, lte, max, n, round } from '@grafana/promql-builder';
import { FAULT_OF, OUTCOMES, type Fault, type Outcome } from '../../../src/domain/outcome.ts';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { COLOUR } from '../colours.ts';
import { counted, isOneOf, series, type Query } from '../series.ts';
import { encode, type Level } from './encode.ts';

interface OutcomeLevel extends Level {
  readonly outcomes: readonly Outcome[];
}

const SECURITY: Outcome = 'challenge_missing';
const byFault = (...faults: readonly Fault[]): Outcome[] =>
  OUTCOMES.filter((outcome) => outcome !== SECURITY && faults.includes(FAULT_OF[outcome]));

/** Worst last: where a step has several, the worst is shown. */
const ENDED: readonly OutcomeLevel[] = [
  { value: 1, text: 'ok', color: COLOUR.good, outcomes: ['ok'] },
  { value: 2, text: 'not measured', color: COLOUR.ours, outcomes: byFault('blocked', 'receiver', 'monitor') },
  { value: 3, text: 'late', color: COLOUR.late, outcomes: ['late'] },
  { value: 4, text: 'lost', color: COLOUR.lost, outcomes: ['lost'] },
  { value: 5, text: 'target failed', color: COLOUR.target, outcomes: byFault('target') },
  { value: 6, text: 'no second factor asked', color: COLOUR.security, outcomes: [SECURITY] },
];

export const OUTCOME_LEVELS: readonly Level[] = [
  { value: 0, text: 'no attempt', color: COLOUR.nothing },
  ...ENDED,
];

type AttemptLabels = NonNullable<Parameters<typeof series<typeof CATALOGUE.attempts>>[1]>;

/** The worst that attempts of a probe ended in within the range, as a number. */
const worst = (labels: AttemptLabels, range: string): Query =>
  encode(
    ENDED.map(({ value, outcomes }) => ({
      value,
      query: clampMax(
        round(
          counted(series(CATALOGUE.attempts, { ...labels, outcome: isOneOf(...outcomes) }), range, [
            'probe',
            'target',
            'outcome',
          ]),
        ),
        1,
      ),
    })),
    ['probe', 'target'],
  );

/** Probes that run often, from time to time, and seldom: each needs a range in which its healthy self has an attempt. */
const HALF_AN_HOUR = 1800;
const TWO_HOURS = 7200;

export const worstOfFrequent = (labels: AttemptLabels, range: string): Query =>
  and(worst(labels, range), lte(interval(), n(HALF_AN_HOUR))).on(['probe']);

export const worstOfOccasional = (labels: AttemptLabels): Query =>
  and(worst(labels, '4h'), lte(gt(interval(), n(HALF_AN_HOUR)), n(TWO_HOURS))).on(['probe']);

export const worstOfRare = (labels: AttemptLabels): Query =>
  and(worst(labels, '25h'), gt(interval(), n(TWO_HOURS))).on(['probe']);

const interval = () => max(series(CATALOGUE.probeInterval)).by(['probe']);
