import type { Hypothesis } from '../domain/detector/hypothesis.ts';
import { FAULT_OF, type Outcome } from '../domain/outcome.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Cause } from '../domain/verdict/cause.ts';
import type { Observer, ProbeEvent } from '../ports/observer.ts';

/** The first sign that something is wrong: a code that is overdue, or an attempt that failed. */
export interface FirstBad {
  readonly at: EpochMs;
  readonly probe: string;
  readonly phone: string | null;
  readonly outcome: Outcome;
}

export interface SeenVerdict {
  readonly at: EpochMs;
  readonly cause: Cause;
  readonly subject: string | null;
  readonly words: string;
}

export interface SeenAlarm {
  readonly at: EpochMs;
  readonly route: string;
  readonly hypothesis: Hypothesis | null;
}

/** What happened while it was broken; counts end when it was found. */
export interface DrillRecord {
  readonly injectedAt: EpochMs;
  firstBad: FirstBad | null;
  alarm: SeenAlarm | null;
  readonly verdicts: SeenVerdict[];
  confirmations: number;
  contrasts: number;
  /** Codes and controls that were sent. */
  sends: number;
}

const BLAMES_NOBODY: ReadonlySet<Cause> = new Set<Cause>(['healthy', 'inconclusive']);
export const isBlaming = (cause: Cause): boolean => !BLAMES_NOBODY.has(cause);

/** Follows the daemon's events: how things stand now, and, from the injection on, what became of it. */
export class DrillLog implements Observer {
  readonly #target: string;
  readonly #alarms = new Set<string>();
  readonly #good = new Set<string>();
  readonly #now: () => EpochMs;
  #verdict: Cause = 'inconclusive';
  #record: DrillRecord | null = null;

  /** `now`: of the simulated clock. */
  constructor(target: string, now: () => EpochMs) {
    this.#target = target;
    this.#now = now;
  }

  get verdict(): Cause {
    return this.#verdict;
  }

  get isAlarmed(): boolean {
    return this.#alarms.size > 0;
  }

  /** Phones, or accounts without one, through which somebody signed in. */
  get good(): ReadonlySet<string> {
    return this.#good;
  }

  get record(): DrillRecord | null {
    return this.#record;
  }

  /** It is broken from now on. */
  begin(at: EpochMs): DrillRecord {
    const none = { firstBad: null, alarm: null, verdicts: [], confirmations: 0, contrasts: 0, sends: 0 };
    this.#record = { injectedAt: at, ...none };
    return this.#record;
  }

  observe(event: ProbeEvent): void {
    this.#follow(event);
    if (this.#record) note(this.#record, event, { target: this.#target, at: this.#now() });
  }

  #follow(event: ProbeEvent): void {
    if (event.kind === 'verdict_changed' && event.target === this.#target)
      this.#verdict = event.verdict.cause;
    if (event.kind === 'outage_changed' && event.target === this.#target) {
      if (event.to === 'ALARM') this.#alarms.add(event.route);
      else this.#alarms.delete(event.route);
    }
    if (event.kind === 'attempt_finished' && event.attempt.outcome === 'ok') {
      const { phone, factor, target } = event.attempt;
      if (target === this.#target) this.#good.add(phone ?? factor);
    }
  }
}

/** When it was found: by the alarm, or by the verdict where no code was lost. */
export function foundAt({ alarm, verdicts }: DrillRecord): EpochMs | null {
  const named = verdicts.find(({ cause }) => isBlaming(cause));
  const found = [alarm?.at, named?.at].filter((at) => at !== undefined);
  return found.length === 0 ? null : Math.min(...found);
}

interface Noted {
  readonly target: string;
  readonly at: EpochMs;
}

function note(record: DrillRecord, event: ProbeEvent, { target, at }: Noted): void {
  const isFound = foundAt(record) !== null;
  switch (event.kind) {
    case 'code_requested':
      if (!isFound && event.plan.phone !== null) record.sends += 1;
      return;
    case 'code_overdue': {
      const { probe, phone } = event.plan;
      record.firstBad ??= { at: event.at, probe, phone, outcome: 'lost' };
      return;
    }
    case 'attempt_finished': {
      const { outcome, probe, phone, finishedAt } = event.attempt;
      const isOurs = outcome === 'ok' || FAULT_OF[outcome] === 'monitor';
      if (!isOurs) record.firstBad ??= { at: finishedAt, probe, phone, outcome };
      return;
    }
    case 'inbox_changed':
      if (!event.up) record.firstBad ??= { at, probe: event.inbox, phone: null, outcome: 'receiver_down' };
      return;
    case 'confirmation_started':
      if (isFound || event.target !== target) return;
      if (event.askedBy === null) record.contrasts += 1;
      else record.confirmations += 1;
      return;
    case 'outage_changed': {
      const { route, hypothesis, to } = event;
      if (to === 'ALARM' && event.target === target) record.alarm ??= { at: event.at, route, hypothesis };
      return;
    }
    case 'verdict_changed': {
      const { cause, subject, words } = event.verdict;
      if (event.target === target) record.verdicts.push({ at: event.verdict.at, cause, subject, words });
      return;
    }
    default:
  }
}
