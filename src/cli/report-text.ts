import { money } from '../domain/plan-strain.ts';
import type { Quantile } from '../domain/report/kaplan-meier.ts';
import type { Report, TargetReport } from '../domain/report/report.ts';
import type { RouteReport } from '../domain/report/route-report.ts';
import { DAY, HOUR, MINUTE, SECOND, type EpochMs } from '../domain/units.ts';
import { fitTable, wrap } from './layout.ts';
import type { Ledger } from './report.ts';
import { outageLines } from './report-outages.ts';

/** The report for a person at a terminal so many columns wide. */
export function renderReportText(report: Report, ledger: Ledger, columns: number): string {
  const { period, targets } = report;
  const parts = [
    `${day(period.since)} to ${day(period.until)} UTC (${spanWords(period.until - period.since)})\n`,
    ...(targets.length === 0 ? ['No attempt ended in this time.\n'] : []),
    ...targets.map((target) => targetPart(target, columns)),
    ...notesPart(targets, columns),
    outageLines(report, columns),
    ...badHoursPart(report, columns),
    spendPart(report, ledger, columns),
  ];
  return parts.join('\n');
}

function targetPart({ target, attempts, outcomes, routes, total }: TargetReport, columns: number): string {
  const ends = outcomes.map(({ outcome, count }) => `${number(count)} ${outcome}`).join(', ');
  const head = wrap(`${target}: ${plural(attempts, 'attempt')}: ${ends}`, columns, 2);
  if (routes.length === 0) return head;
  const rows = [...routes, ...(total ? [total] : [])].map(cells);
  return `${head}${fitTable([HEAD, ...rows], columns)}`;
}

const HEAD = ['  route', 'codes', 'SLI', 'p50', 'p95', 'p99', 'late', 'lost', 'unmeas.', 'spent'];

const cells = (route: RouteReport): string[] => [
  `  ${route.route ?? 'all routes'}`,
  number(route.requested),
  percent(route.sli),
  quantile(route.deliveryMs.p50),
  quantile(route.deliveryMs.p95),
  quantile(route.deliveryMs.p99),
  number(route.results.late),
  number(route.results.lost),
  percent(route.unmeasuredShare),
  money(route.spent),
];

/** What the tables above need to be read rightly; only what they show. */
function notesPart(targets: readonly TargetReport[], columns: number): string[] {
  const routes = targets.flatMap(({ target, routes }) => routes.map((route) => ({ target, ...route })));
  const notes = [
    ...(routes.length === 0
      ? []
      : ['SLI: on time of all codes that were measured. Quantiles are of all codes, lost ones included.']),
    ...(routes.some((route) => Object.values(route.deliveryMs).includes('lost'))
      ? ['"lost": so many codes never came that no time can be given.']
      : []),
    ...routes.flatMap(cutOffNote),
    ...routes.filter(({ unpriced }) => unpriced > 0).map(unpricedNote),
  ];
  return notes.length === 0 ? [] : [notes.map((note) => wrap(note, columns, 2)).join('')];
}

const cutOffNote = ({ target, route, results, sliWithCutOff }: RouteReport & { target: string }): string[] =>
  sliWithCutOff === null
    ? []
    : [
        `${target} ${route ?? ''}: ${plural(results.unmeasured, 'code was', 'codes were')} cut off; counted for as long as they waited (Kaplan-Meier), the SLI is ${percent(sliWithCutOff)}.`,
      ];

const unpricedNote = ({ target, route, unpriced }: RouteReport & { target: string }): string =>
  `${target} ${route ?? ''}: the phones of ${plural(unpriced, 'code')} are no longer configured: not in "spent".`;

function badHoursPart({ badHours }: Report, columns: number): string[] {
  if (badHours.length === 0) return [];
  const lines = badHours.map(({ target, route, hour, lost, codes, lostDays, days }) =>
    wrap(
      `  ${target} ${route} ${twoDigits(hour)}:00-${twoDigits((hour + 1) % 24)}:00: ${lost} of ${number(codes)} codes lost, on ${lostDays} of ${plural(days, 'day')}`,
      columns,
      4,
    ),
  );
  const head = 'Hours that are bad every day, in UTC. The detectors learn them as normal: nobody is paged.';
  return [`${wrap(head, columns, 0)}${lines.join('')}`];
}

function spendPart({ targets }: Report, { spentThisMonth, cap }: Ledger, columns: number): string {
  const routes = targets.flatMap((target) => target.routes);
  const codes = routes.reduce((sum, { requested }) => sum + requested, 0);
  const spent = routes.reduce((sum, route) => sum + route.spent, 0);
  const currency = cap ? ` ${cap.currency}` : '';
  const ofCap = cap ? ` of ${money(cap.perMonth)}` : '';
  return wrap(
    `Spent: ${plural(codes, 'code')}, ${money(spent)}${currency} at the prices that are configured now. This UTC month, by the ledger: ${money(spentThisMonth)}${ofCap}${currency}.`,
    columns,
    2,
  );
}

const quantile = (value: Quantile): string => {
  if (value === null) return '-';
  return value === 'lost' ? 'lost' : seconds(value);
};

const seconds = (ms: number): string => `${(ms / SECOND).toFixed(ms < 10 * SECOND ? 2 : 1)} s`;

/** Never rounded up to a whole that it is not. */
function percent(share: number | null): string {
  if (share === null) return '-';
  const rounded = (Math.floor(share * 10_000) / 100).toFixed(2);
  return share === 1 || share === 0 ? `${100 * share} %` : `${rounded} %`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

export const number = (value: number): string => value.toLocaleString('en-US');

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** `2026-01-31 14:02`. */
export const day = (at: EpochMs): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

/** `3 d 4 h`, `2 h 5 min`, `39 min`: the two largest parts. */
export function spanWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE));
  const parts = [
    [Math.floor((minutes * MINUTE) / DAY), 'd'],
    [Math.floor((minutes * MINUTE) / HOUR) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
