import type { Outcome } from '../outcome.ts';
import type { Micros } from '../units.ts';
import { badHoursOf, type BadHour } from './bad-hours.ts';
import { outagesOf, type Outage, type Period, type VerdictNews } from './outages.ts';
import { routeReport, type PricedCode, type RouteReport } from './route-report.ts';
import type { CodeSample, ReportSample } from './sample.ts';

/** What a period looked like, for people and for spreadsheets. */
export interface Report {
  readonly period: Period;
  readonly targets: readonly TargetReport[];
  readonly outages: readonly Outage[];
  readonly badHours: readonly (BadHour & { readonly target: string; readonly route: string })[];
}

export interface TargetReport {
  readonly target: string;
  readonly attempts: number;
  /** Outcomes that were seen, most frequent first. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly count: number }[];
  readonly routes: readonly RouteReport[];
  /** All routes together; null where there are fewer than two. */
  readonly total: RouteReport | null;
}

export interface ReportFacts {
  readonly period: Period;
  readonly samples: readonly ReportSample[];
  readonly news: readonly VerdictNews[];
  /** What one code of this probe to this phone costs; null: not known. */
  readonly priceOf: (probe: string, phone: string) => Micros | null;
}

export function createReport({ period, samples, news, priceOf }: ReportFacts): Report {
  const targets = [...Map.groupBy(samples, ({ target }) => target)].sort(([a], [b]) => compare(a, b));
  return {
    period,
    targets: targets.map(([target, own]) => targetReport(target, own, priceOf)),
    outages: outagesOf(news, period),
    badHours: targets.flatMap(([target, own]) => badHoursByRoute(target, own)),
  };
}

function targetReport(
  target: string,
  samples: readonly ReportSample[],
  priceOf: ReportFacts['priceOf'],
): TargetReport {
  const codes = samples.flatMap(({ probe, code }): PricedCode[] =>
    code ? [{ ...code, price: priceOf(probe, code.phone) }] : [],
  );
  const routes = byRoute(codes).map(([route, own]) => routeReport(route, own));
  return {
    target,
    attempts: samples.length,
    outcomes: countOutcomes(samples),
    routes,
    total: routes.length > 1 ? routeReport(null, codes) : null,
  };
}

function countOutcomes(samples: readonly ReportSample[]): TargetReport['outcomes'] {
  return [...Map.groupBy(samples, ({ outcome }) => outcome)]
    .map(([outcome, own]) => ({ outcome, count: own.length }))
    .sort((a, b) => b.count - a.count || compare(a.outcome, b.outcome));
}

function badHoursByRoute(target: string, samples: readonly ReportSample[]): Report['badHours'] {
  const codes = samples.flatMap(({ code }) => code ?? []);
  return byRoute(codes).flatMap(([route, own]) =>
    badHoursOf(own).map((hour) => ({ target, route, ...hour })),
  );
}

const byRoute = <Code extends CodeSample>(codes: readonly Code[]): [string, Code[]][] =>
  [...Map.groupBy(codes, ({ route }) => route)].sort(([a], [b]) => compare(a, b));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
