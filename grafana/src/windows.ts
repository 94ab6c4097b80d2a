/**
 * Ranges that fit one sample in 5 to 15 minutes. Grafana makes `$__rate_interval` four times the least step of the query, or
 * more where the picture is coarser: so the step is chosen here, and an event is never between two windows.
 */
export interface Window {
  /** The least step of the query. */
  readonly step: string;
  readonly range: string;
}

const FOUR_STEPS = '$__rate_interval';

/** At least 40 minutes: two samples of a probe each 20 minutes. */
export const SOON: Window = { step: '10m', range: FOUR_STEPS };
/** At least an hour. */
export const HOUR: Window = { step: '15m', range: FOUR_STEPS };
/** At least two hours: a route gets only a part of its probe's samples. */
export const ROUTE_HOURS: Window = { step: '30m', range: FOUR_STEPS };
/** What changes at each scrape: the process itself. Its step is that of the datasource. */
export const SCRAPES: Window = { step: '', range: FOUR_STEPS };
/** Enough samples for a quantile: 24 to 72 of them. */
export const SIX_HOURS: Window = { step: '5m', range: '6h' };
export const DAY: Window = { step: '15m', range: '24h' };
/** Values that are read, where nothing is counted. The range is for states that may be shorter than a step. */
export const NOW: Window = { step: '1m', range: FOUR_STEPS };
