import { max } from '@grafana/promql-builder';
import type { HYPOTHESES } from '../../../src/domain/detector/hypothesis.ts';
import { CAUSES } from '../../../src/domain/verdict/cause.ts';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { CAUSE_COLOURS, COLOUR } from '../colours.ts';
import { chosenTarget, is, isChosen, series, type Query } from '../series.ts';
import { encode, type Level } from './encode.ts';

/** Causes by number, `healthy` first. */
export const VERDICTS: readonly Level[] = CAUSES.map((cause, value) => ({
  value,
  text: cause.replaceAll('_', ' '),
  color: CAUSE_COLOURS[cause],
}));

/** The number of the cause, by target. */
export const verdictNow = (): Query =>
  encode(
    CAUSES.map((cause, value) => ({
      value,
      query: max(series(CATALOGUE.verdict, { ...chosenTarget, cause: is(cause) })).by(['target', 'cause']),
    })),
    ['target'],
  );

const DETECTOR_STATES = [
  { hypothesis: 'none', color: COLOUR.good },
  { hypothesis: 'muted', color: COLOUR.nothing },
  { hypothesis: 'suspect', color: COLOUR.unsure },
  { hypothesis: 'slow', color: 'light-orange' },
  { hypothesis: 'partial', color: 'dark-orange' },
  { hypothesis: 'loss', color: COLOUR.lost },
] as const satisfies readonly { hypothesis: Hypothesis; color: string }[];
type Hypothesis = 'none' | 'suspect' | 'muted' | (typeof HYPOTHESES)[number];

export const DETECTORS: readonly Level[] = DETECTOR_STATES.map(({ hypothesis, color }, value) => ({
  value,
  text: hypothesis,
  color,
}));

/** The number of what a detector believes, by target and route; the route `all` speaks of all together. */
export const detectorsNow = (): Query =>
  encode(
    DETECTOR_STATES.map(({ hypothesis }, value) => ({
      value,
      query: max(
        series(CATALOGUE.outageState, {
          ...chosenTarget,
          route: isChosen,
          hypothesis: is(hypothesis),
        }),
      ).by(['target', 'route', 'hypothesis']),
    })),
    ['target', 'route'],
  );
