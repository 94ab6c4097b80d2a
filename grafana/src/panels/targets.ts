import {
  DataqueryBuilder,
  PromQueryFormat,
  QueryEditorMode,
} from '@grafana/grafana-foundation-sdk/prometheus';
import type { Query } from '../series.ts';
import { DATASOURCE } from '../variables.ts';
import type { Window } from '../windows.ts';

const ask = (query: Query): DataqueryBuilder =>
  new DataqueryBuilder().datasource(DATASOURCE).expr(query.toString()).editorMode(QueryEditorMode.Code);

/** A line for each series. `legend` takes `{{label}}`. */
export function overTime(query: Query, { step }: Window, legend: string): DataqueryBuilder {
  const asked = ask(query).range().legendFormat(legend);
  return step === '' ? asked : asked.interval(step);
}

/** The same, with dots that lead to single attempts. */
export const withExemplars = (query: Query, window: Window, legend: string): DataqueryBuilder =>
  overTime(query, window, legend).exemplar(true);

/** Buckets over time, with the attempts in them. */
export const heat = (query: Query, window: Window): DataqueryBuilder =>
  withExemplars(query, window, '{{le}}').format(PromQueryFormat.Heatmap);

/** One value for each series, as of the end of the time that is shown. */
export const now = (query: Query, legend: string): DataqueryBuilder =>
  ask(query).instant().legendFormat(legend);

/** One row for each series; its labels are columns. */
export const rows = (query: Query): DataqueryBuilder => ask(query).instant().format(PromQueryFormat.Table);
