import {
  gt,
  increase,
  n,
  sum,
  vector,
  type Builder,
  type Expr,
  type VectorExprBuilder,
} from '@grafana/promql-builder';
import { CATALOGUE, type Entry } from '../../src/metrics/catalogue.ts';
import type { MetricKind } from '../../src/metrics/catalogue.ts';

export type Query = Builder<Expr> & { toString(): string };
type Matcher = (selector: VectorExprBuilder, label: string) => VectorExprBuilder;
type LabelOf<E> = E extends Entry<MetricKind, infer Label> ? Label : never;
type Matchers<Label extends string> = { readonly [Key in Label]?: Matcher | readonly Matcher[] };

/** The series of a metric of the catalogue: a name or a label that is not there does not compile. */
export const series = <E extends Entry<'counter' | 'gauge'>>(
  { name }: E,
  labels: Matchers<LabelOf<E>> = {},
): VectorExprBuilder => select(name, labels);

export const bucketsOf = <E extends Entry<'histogram'>>(
  { name }: E,
  labels: Matchers<LabelOf<E>>,
): VectorExprBuilder => select(`${name}_bucket`, labels);

export const countOf = <E extends Entry<'histogram'>>(
  { name }: E,
  labels: Matchers<LabelOf<E>>,
): VectorExprBuilder => select(`${name}_count`, labels);

/** Of stages only: the sum of deliveries holds an hour for each lost code, and means nothing. */
export const sumOfStages = (labels: Matchers<LabelOf<typeof CATALOGUE.stageDuration>>): VectorExprBuilder =>
  select(`${CATALOGUE.stageDuration.name}_sum`, labels);

export const is =
  (value: string): Matcher =>
  (selector, label) =>
    selector.label(label, value);

export const isNot =
  (value: string): Matcher =>
  (selector, label) =>
    selector.labelNeq(label, value);

export const isOneOf =
  (...values: readonly string[]): Matcher =>
  (selector, label) =>
    selector.labelMatchRegexp(label, values.join('|'));

export const isNoneOf =
  (...values: readonly string[]): Matcher =>
  (selector, label) =>
    selector.labelNotMatchRegexp(label, values.join('|'));

/** What is chosen at the top of the dashboard; the variable is named after the label. */
export const isChosen: Matcher = (selector, label) => selector.labelMatchRegexp(label, `$${label}`);

/** The one that is chosen where only one can be: Grafana quotes values for an expression only where several can. */
export const isTheChosen: Matcher = (selector, label) => selector.label(label, `$${label}`);

/** What is chosen, and our own controls besides: they tell the target's faults from ours. */
export const isChosenOrControl: Matcher = (selector, label) =>
  selector.labelMatchRegexp(label, `$${label}|control`);

/** A chosen target: our own controls are none. */
export const chosenTarget = { target: [isChosen, isNot('control')] };

/** How many were counted in the range, over all nodes: a node that restarts begins at 0. */
export const counted = (selector: VectorExprBuilder, range: string, by: readonly string[]) =>
  sum(increase(selector.range(range))).by([...by]);

/** The same, without those that counted nothing: a divisor, or a condition. */
export const countedAny = (selector: VectorExprBuilder, range: string, by: readonly string[]) =>
  gt(counted(selector, range, by), n(0));

function select(metric: string, labels: Matchers<string>): VectorExprBuilder {
  let selector = vector(metric);
  for (const [label, given] of Object.entries(labels)) {
    const matchers = given === undefined || typeof given === 'function' ? [given] : given;
    for (const match of matchers) selector = match?.(selector, label) ?? selector;
  }
  return selector;
}
