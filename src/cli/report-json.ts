import type { Outage } from '../domain/report/outages.ts';
import type { Report } from '../domain/report/report.ts';
import type { RouteReport } from '../domain/report/route-report.ts';
import type { Ledger } from './report.ts';

/** The whole report: times as text in UTC, money in the configured currency, a quantile of lost codes as `lost`. */
export function renderReportJson(report: Report, { spentThisMonth, cap }: Ledger): string {
  const { period, targets, outages, badHours } = report;
  return `${JSON.stringify(
    {
      since: iso(period.since),
      until: iso(period.until),
      currency: cap?.currency ?? null,
      targets: targets.map(({ target, attempts, outcomes, routes, total }) => ({
        target,
        attempts,
        outcomes: Object.fromEntries(outcomes.map(({ outcome, count }) => [outcome, count])),
        routes: routes.map(shown),
        total: total && shown(total),
      })),
      outages: outages.map(shownOutage),
      badHours,
      ledger: { spentThisMonth: spentThisMonth / 1e6, perMonth: cap && cap.perMonth / 1e6 },
    },
    null,
    2,
  )}\n`;
}

const shown = (route: RouteReport) => ({ ...route, spent: route.spent / 1e6 });

const shownOutage = ({ start, namedAt, end, ...rest }: Outage) => ({
  ...rest,
  start: iso(start),
  namedAt: iso(namedAt),
  end: end === null ? null : iso(end),
});

const iso = (at: number): string => new Date(at).toISOString();
