import { and, lastOverTime, vector, type VectorExprBuilder } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { isChosen, series, type Query } from '../series.ts';

/** The default metrics of prom-client that the dashboards use. A test compares them with what a daemon exposes. */
type ProcessMetric =
  | 'nodejs_eventloop_lag_p50_seconds'
  | 'nodejs_eventloop_lag_p99_seconds'
  | 'nodejs_heap_size_used_bytes'
  | 'process_cpu_seconds_total'
  | 'process_open_fds'
  | 'process_resident_memory_bytes'
  | 'process_start_time_seconds';

export const ofProcess = (metric: ProcessMetric): VectorExprBuilder => vector(metric);

/** What a scrape itself says: 1 for a node that answered. */
export const scraped = (): VectorExprBuilder => vector('up');

/** Nodes of the chosen locations, also those that stopped to answer within the range. */
export const nodes = (range: string): Query =>
  lastOverTime(series(CATALOGUE.buildInfo, { location: isChosen }).range(range));

/** Only series of nodes of the chosen locations: few series have a location of their own. */
export const atLocations = (query: Query, range = '10m'): Query =>
  and(query, nodes(range)).on(['job', 'instance']);
