import { estimate, type Estimate, type Plan, type ProbeEstimate } from '../domain/plan.ts';
import { money, span } from '../domain/plan-strain.ts';
import { MINUTE } from '../domain/units.ts';
import type { Config } from './config.ts';
import { renderDiagnostics } from './diagnostics.ts';
import type { Loaded } from './load.ts';
import { planOf } from './plan-of.ts';
import { inboxRows } from './render-inboxes.ts';
import { renderTable } from './render-table.ts';
import type { FactorKind } from './schema.ts';

export interface CheckReport {
  readonly text: string;
  /** 0: the configuration can be started. 2: it cannot. */
  readonly exitStatus: 0 | 2;
}

/** What `check` prints: the faults; or the notices and what the schedules will do and cost. */
export function renderCheck(loaded: Loaded, file: string, factors: readonly FactorKind[]): CheckReport {
  if (!loaded.ok) {
    const count = loaded.faults.length;
    const head = `${file}: ${count} ${count === 1 ? 'fault' : 'faults'}\n`;
    return { text: head + renderDiagnostics(loaded.faults, file), exitStatus: 2 };
  }
  const plan = planOf(loaded.config, factors);
  const parts = [renderEstimate(plan), renderInboxes(loaded.config)].filter((part) => part !== '');
  return {
    text: `${renderDiagnostics(loaded.notices, file)}${file}: ok\n\n${parts.join('\n')}`,
    exitStatus: 0,
  };
}

const HEAD = [
  'probe',
  'target',
  'attempts/day',
  'codes/day',
  'cost/31 days',
  'busy min/day',
  'all codes lost: alarm within',
];

export function renderEstimate(plan: Plan): string {
  const whole = estimate(plan);
  if (whole.probes.length === 0) return 'No probes yet: nothing will run.\n';
  const total = ['total', '', '', amount(whole.codesPerDay), cost(whole.costPerMonth, whole), '', ''];
  const rows = [HEAD, ...whole.probes.map((probe) => row(probe, whole)), total];
  const notes = whole.probes.some((probe) => probe.detectionMs !== null) ? [`\n${DETECTION_NOTE}\n`] : [];
  const cap = whole.cap
    ? `Cap: ${money(whole.cap.perMonth)} ${whole.cap.currency} a UTC month.\n`
    : 'No cap: set `spend` to bound what codes may cost.\n';
  return [renderTable(rows), '\n', cap, ...notes].join('');
}

const INBOX_HEAD = ['inbox', 'kind', 'phones', 'a control every'];

function renderInboxes(config: Config): string {
  const { rows, unproven } = inboxRows(config);
  if (rows.length === 0) return '';
  const note =
    `No control goes to ${unproven.join(', ')}: when messages stop there, nothing shows whether the target stopped ` +
    'sending or the\nreceive path broke. Add one under `controls`.\n';
  return `${renderTable([INBOX_HEAD, ...rows])}${unproven.length > 0 ? `\n${note}` : ''}`;
}

const DETECTION_NOTE =
  'Alarm within: four lost codes, the first up to one interval late, the others as confirmations; a phone rests after\n' +
  'a lost code, so that four phones find an outage soonest.\n' +
  'Busy: how long accounts are in use if each code comes at its deadline.';

const row = (probe: ProbeEstimate, whole: Estimate): string[] => [
  probe.name,
  probe.target,
  amount(probe.attemptsPerDay),
  amount(probe.codesPerDay),
  cost(probe.costPerMonth, whole),
  amount(probe.busyMinutes.late),
  probe.detectionMs === null ? '-' : span(Math.ceil(probe.detectionMs / MINUTE) * MINUTE),
];

const cost = (micros: number, { cap }: Estimate): string =>
  `${money(micros)}${cap ? ` ${cap.currency}` : ''}`;

const amount = (value: number): string => String(Math.round(value * 10) / 10);
