import { CODE_RESULTS } from '../domain/outcome.ts';
import type { Quantile } from '../domain/report/kaplan-meier.ts';
import type { Report } from '../domain/report/report.ts';
import type { RouteReport } from '../domain/report/route-report.ts';
import { SECOND } from '../domain/units.ts';
import { renderCsv, type Cell } from './csv.ts';
import type { ReportTable } from './report-flags.ts';

/** One table of the report: files of comma-separated values hold one each. Times are UTC, durations in seconds. */
export const renderReportCsv = (report: Report, table: ReportTable): string =>
  renderCsv(TABLES[table](report));

type Rows = readonly (readonly Cell[])[];

const TABLES = { routes, outages, hours } satisfies Record<ReportTable, (report: Report) => Rows>;

function routes({ targets, period }: Report): Rows {
  const head = ['since', 'until', 'target', 'route', 'codes', ...CODE_RESULTS];
  const figures = ['sli', 'sli_with_cut_off', 'p50_seconds', 'p95_seconds', 'p99_seconds'];
  const rows = targets.flatMap(({ target, routes }) =>
    routes.map((route) => [iso(period.since), iso(period.until), target, ...routeCells(route)]),
  );
  return [[...head, ...figures, 'unmeasured_share', 'spent', 'unpriced_codes'], ...rows];
}

const routeCells = (route: RouteReport): Cell[] => [
  route.route,
  route.requested,
  ...CODE_RESULTS.map((result) => route.results[result]),
  rounded(route.sli),
  rounded(route.sliWithCutOff),
  quantile(route.deliveryMs.p50),
  quantile(route.deliveryMs.p95),
  quantile(route.deliveryMs.p99),
  rounded(route.unmeasuredShare),
  route.spent / 1e6,
  route.unpriced,
];

function outages(report: Report): Rows {
  const head = [
    'target',
    'start',
    'named_at',
    'end',
    'seconds',
    'verdict',
    'subject',
    'posterior',
    'evidence',
  ];
  const rows = report.outages.map((outage) => [
    outage.target,
    iso(outage.start),
    iso(outage.namedAt),
    outage.end === null ? null : iso(outage.end),
    outage.end === null ? null : (outage.end - outage.start) / SECOND,
    outage.cause,
    outage.subject,
    rounded(outage.posterior),
    outage.evidence,
  ]);
  return [head, ...rows];
}

function hours({ badHours }: Report): Rows {
  const head = ['target', 'route', 'hour_utc', 'codes', 'lost', 'days', 'lost_days'];
  return [
    head,
    ...badHours.map((one) => [one.target, one.route, one.hour, one.codes, one.lost, one.days, one.lostDays]),
  ];
}

const iso = (at: number): string => new Date(at).toISOString();
const rounded = (share: number | null): number | null => (share === null ? null : Number(share.toFixed(6)));
const quantile = (value: Quantile): Cell =>
  typeof value === 'number' ? Number((value / SECOND).toFixed(3)) : value;
