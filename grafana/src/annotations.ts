import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { eq, max, n } from '@grafana/promql-builder';
import { CATALOGUE } from '../../src/metrics/catalogue.ts';
import { COLOUR } from './colours.ts';
import { chosenTarget, is, isNoneOf, isTheChosen, series, type Query } from './series.ts';
import { DATASOURCE } from './variables.ts';

/** Each verdict that names a broken part, from the change to it to the change away from it. */
export const verdictChanges = (): AnnotationQueryBuilder =>
  spans('Verdict', {
    query: max(series(CATALOGUE.verdict, { ...chosenTarget, cause: isNoneOf('healthy', 'inconclusive') })).by(
      ['target', 'cause'],
    ),
    title: '{{target}}: {{cause}}',
    text: 'The part that is broken, as far as the evidence tells. The status page of the daemon has the evidence.',
    tags: 'target,cause',
    colour: COLOUR.lost,
  });

/** When the probe was in maintenance, so that nobody looks for its codes. */
export const maintenance = (): AnnotationQueryBuilder =>
  spans('Maintenance', {
    query: max(series(CATALOGUE.probeState, { probe: isTheChosen, state: is('maintenance') })).by(['probe']),
    title: '{{probe}}: maintenance',
    text: 'Ticks are skipped on purpose.',
    tags: 'probe',
    colour: COLOUR.nothing,
  });

interface Span {
  readonly query: Query;
  readonly title: string;
  readonly text: string;
  readonly tags: string;
  readonly colour: string;
}

/** Grafana joins points that follow one another to one span. */
const spans = (name: string, { query, title, text, tags, colour }: Span): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(colour)
    .expr(eq(query, n(1)).toString())
    .step('60s')
    .titleFormat(title)
    .textFormat(text)
    .tagKeys(tags);
