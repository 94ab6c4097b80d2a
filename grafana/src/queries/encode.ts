import { max, mul, n, or } from '@grafana/promql-builder';
import type { Query } from '../series.ts';

export interface Level {
  readonly value: number;
  readonly text: string;
  readonly color: string;
}

/**
 * A number for the state that is 1, where there is a series for each: panels show states by number, and map it to a word.
 * Where two are 1, as on two nodes that do not share a store, the higher number wins.
 */
export function encode(levels: readonly { value: number; query: Query }[], by: readonly string[]): Query {
  const [first, ...others] = levels.map(({ value, query }) => mul(query, n(value)));
  if (!first) throw new Error('there are no states to encode');
  let union: Query = first;
  for (const other of others) union = or(union, other);
  return max(union).by([...by]);
}
