import { and, div, histogramQuantile, sub, n, vector } from '@grafana/promql-builder';
import type { CodeResult } from '../../../src/domain/outcome.ts';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { bucketsOf, counted, countedAny, countOf, is, isOneOf, series, type Query } from '../series.ts';

type CodeLabels = NonNullable<Parameters<typeof series<typeof CATALOGUE.codes>>[1]>;
type DeliveryLabels = Parameters<typeof bucketsOf<typeof CATALOGUE.codeDelivery>>[1];

/** Results that count against the target, or for it: the others are ours to explain. */
export const MEASURED = ['on_time', 'late', 'lost', 'unreadable'] as const satisfies readonly CodeResult[];

/** The part of the codes that came on time; no value where none settled in the range. */
export const onTimeShare = (labels: CodeLabels, range: string, by: readonly string[]): Query =>
  div(
    counted(series(CATALOGUE.codes, { ...labels, result: is('on_time') }), range, by),
    countedAny(series(CATALOGUE.codes, { ...labels, result: isOneOf(...MEASURED) }), range, by),
  );

/**
 * A quantile over all codes, in seconds. Lost ones are above the top bucket: where the quantile is among them, Prometheus
 * answers with that bucket's bound. No value where no code settled in the range.
 */
export const deliveryQuantile = (
  quantile: number,
  labels: DeliveryLabels,
  { range, by }: { range: string; by: readonly string[] },
): Query =>
  and(
    histogramQuantile(quantile, counted(bucketsOf(CATALOGUE.codeDelivery, labels), range, [...by, 'le'])),
    countedAny(countOf(CATALOGUE.codeDelivery, labels), range, by),
  ).on([...by]);

/** From here on a quantile means: lost. */
export const LOST_FROM = Math.max(...CATALOGUE.codeDelivery.buckets);

/** The share of codes that has to be on time, of the recording rules. */
export const objective = (): Query => sub(n(1), vector('twofa:slo_budget:ratio'));
