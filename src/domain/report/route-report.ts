import { CODE_RESULTS, type CodeResult } from '../outcome.ts';
import type { Micros } from '../units.ts';
import { cameOf, quantileOf, survivalOf, type Quantile } from './kaplan-meier.ts';
import { arrivalOf, useOf, type CodeSample } from './sample.ts';

/** The codes of one route of a target, or of all its routes. */
export interface RouteReport {
  /** null: all routes together. */
  readonly route: string | null;
  readonly requested: number;
  readonly results: Readonly<Record<CodeResult, number>>;
  /** on_time / (on_time + late + lost + unreadable); null: nothing was measured. */
  readonly sli: number | null;
  /** The same with codes that were cut off counted as long as they waited (Kaplan-Meier); null: none was, or unknown. */
  readonly sliWithCutOff: number | null;
  /** Of all codes, those that never came included. */
  readonly deliveryMs: { readonly p50: Quantile; readonly p95: Quantile; readonly p99: Quantile };
  /** Of the requested codes; null: none was requested. */
  readonly unmeasuredShare: number | null;
  readonly spent: Micros;
  /** Codes whose phone is no longer configured: their price is not known. */
  readonly unpriced: number;
}

export interface PricedCode extends CodeSample {
  readonly price: Micros | null;
}

export function routeReport(route: string | null, codes: readonly PricedCode[]): RouteReport {
  const results = countResults(codes);
  const measured = results.on_time + results.late + results.lost + results.unreadable;
  const unmeasured = results.unmeasured + results.redacted;
  const delivery = survivalOf(codes.map(arrivalOf));
  const prices = codes.flatMap(({ price }) => price ?? []);
  return {
    route,
    requested: codes.length,
    results,
    sli: measured === 0 ? null : results.on_time / measured,
    sliWithCutOff: results.unmeasured === 0 ? null : cameOf(survivalOf(codes.map(useOf))),
    deliveryMs: {
      p50: quantileOf(delivery, 0.5),
      p95: quantileOf(delivery, 0.95),
      p99: quantileOf(delivery, 0.99),
    },
    unmeasuredShare: codes.length === 0 ? null : unmeasured / codes.length,
    spent: prices.reduce((sum, price) => sum + price, 0),
    unpriced: codes.length - prices.length,
  };
}

function countResults(codes: readonly CodeSample[]): Record<CodeResult, number> {
  const counts = Object.fromEntries(CODE_RESULTS.map((result) => [result, 0])) as Record<CodeResult, number>;
  for (const { result } of codes) counts[result] += 1;
  return counts;
}
