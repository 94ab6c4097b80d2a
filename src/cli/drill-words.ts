import { foundAt, isBlaming, type DrillRecord } from '../drill/drill-log.ts';
import type { Expectation } from '../drill/expectations.ts';
import { RECOVERY_MS, type DrillResult } from '../drill/run-drill.ts';
import { SECOND, type EpochMs } from '../domain/units.ts';
import type { ProbeEvent } from '../ports/observer.ts';

/** `6:05`: minutes and seconds of simulated time. */
export function spanOf(ms: number): string {
  const seconds = Math.round(ms / SECOND);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const timeOf = (at: EpochMs): string => new Date(at).toISOString().slice(11, 19);

const OFFSET_WIDTH = 8;
const WHAT_WIDTH = 20;

/** One line of a timeline. `sinceMs` null: before anything was broken. */
export function lineOf(sinceMs: number | null, what: string, text: string): string {
  const offset = sinceMs === null ? '' : `+${spanOf(sinceMs)}`;
  return `${offset.padStart(OFFSET_WIDTH)}  ${what.padEnd(WHAT_WIDTH)}${text}\n`;
}

/** What an event of the daemon adds to the timeline; null: nothing. */
export function eventOf(event: ProbeEvent, target: string): { what: string; text: string } | null {
  switch (event.kind) {
    case 'code_overdue':
      return { what: 'no code', text: `${event.plan.phone ?? ''} by its deadline` };
    case 'attempt_finished': {
      const { outcome, probe, phone, account, reason } = event.attempt;
      if (outcome === 'ok' || outcome === 'lost') return null;
      return { what: outcome, text: `${probe} ${phone ?? account}: ${reason}` };
    }
    case 'confirmation_started': {
      const { probe, phone, account } = event.plan;
      const why = event.askedBy === null ? 'to tell suspects apart' : `asked by ${event.askedBy}`;
      return {
        what: event.askedBy === null ? 'contrast' : 'confirmation',
        text: `${probe} ${phone ?? account}, ${why}`,
      };
    }
    case 'outage_changed': {
      if (event.target !== target || event.to === 'MUTED') return null;
      if (event.to === 'ALARM') return { what: 'ALARM', text: `${event.route}: ${event.hypothesis ?? ''}` };
      return event.from === 'ALARM' ? { what: 'alarm over', text: event.route } : null;
    }
    case 'verdict_changed': {
      const { cause, words } = event.verdict;
      return event.target === target ? { what: 'verdict', text: `${cause.toUpperCase()}  ${words}` } : null;
    }
    case 'inbox_changed':
      return { what: event.up ? 'inbox up' : 'inbox down', text: `${event.inbox} ${event.reason}`.trimEnd() };
    default:
      return null;
  }
}

/** What a drill came to, by name. */
export interface DrillFigures {
  readonly firstBad: string;
  readonly found: string;
  readonly confirmations: string;
  readonly sends: string;
  readonly verdict: string;
  readonly named: string;
  readonly recovered: string;
}

const NONE = '-';

export function figuresOf({ record, healedAt, recoveredAt }: DrillResult): DrillFigures {
  const since = (at: EpochMs | null | undefined): string =>
    at === null || at === undefined ? NONE : spanOf(at - record.injectedAt);
  const verdict = namedVerdict(record);
  return {
    firstBad: record.firstBad ? `${since(record.firstBad.at)} ${record.firstBad.outcome}` : NONE,
    found: since(foundAt(record)),
    confirmations: `${record.confirmations} + ${record.contrasts}`,
    sends: foundAt(record) === null ? NONE : String(record.sends),
    verdict: verdict
      ? [verdict.cause, verdict.subject].filter((word) => word !== null).join(' ')
      : 'blames nobody',
    named: since(verdict?.at),
    recovered: recoveredAt === null ? NONE : spanOf(recoveredAt - healedAt),
  };
}

/** The verdict that counts: the first that blamed anyone. */
const namedVerdict = ({ verdicts }: DrillRecord) => verdicts.find(({ cause }) => isBlaming(cause));

export function summaryOf(result: DrillResult, expected: Expectation): string {
  const { record, healedAt, recoveredAt, wrong } = result;
  const figures = figuresOf(result);
  const brokenMs = healedAt - record.injectedAt;
  const rows: [string, string][] = [
    ['injected at', `${timeOf(record.injectedAt)}, for ${spanOf(brokenMs)}`],
    [
      'first sign',
      record.firstBad
        ? `after ${figures.firstBad} (${record.firstBad.probe} ${record.firstBad.phone ?? ''})`
        : 'none',
    ],
    ['detected', foundAt(record) === null ? 'nothing' : `after ${figures.found}`],
    [
      'until then',
      `${counted(record.confirmations, 'confirmation')}, ${counted(record.contrasts, 'contrast probe')}, ${record.sends} SMS`,
    ],
    ['verdict', figures.named === NONE ? figures.verdict : `${figures.verdict}, after ${figures.named}`],
    ['', namedVerdict(record)?.words ?? ''],
    [
      'recovered',
      recoveredAt === null ? `not within ${spanOf(RECOVERY_MS)}` : `${figures.recovered} after the healing`,
    ],
    [
      'expected',
      `${expected.cause ?? 'nobody is blamed'}${expected.subject === null ? '' : ` ${expected.subject}`}`,
    ],
    ['the verdict is', wrong === null ? 'RIGHT' : `WRONG: ${wrong}`],
  ];
  return rows
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `  ${name.padEnd(16)}${text}\n`)
    .join('');
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
