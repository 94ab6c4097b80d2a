import type { AttemptPlan } from '../domain/attempt.ts';
import type { Stage } from '../domain/outcome.ts';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observer, ProbeEvent } from '../ports/observer.ts';
import type { Terminal } from './terminal.ts';

export interface Progress {
  readonly observer: Observer;
  /** Wipes the live line; may be called twice. */
  end(): void;
}

const REDRAW_MS = 100;
const BAR_CELLS = 24;

interface Live {
  readonly plan: AttemptPlan;
  readonly stage: Stage;
  readonly sinceMs: number;
  /** When the code was asked for. */
  readonly askedMs: number | null;
}

/** Shows one attempt as it runs: a line that is redrawn on a screen, a line a step in a pipe. */
export function createProgress(terminal: Terminal, clock: Clock): Progress {
  const ended = new AbortController();
  let live: Live | null = null;
  let drawing: Promise<void> | null = null;
  const draw = async () => {
    while (!ended.signal.aborted) {
      if (live) terminal.err(`\r\x1b[2K${lineOf(live, clock.monotonicMs(), terminal.columns)}`);
      await clock.sleep(REDRAW_MS, ended.signal).catch(() => undefined);
    }
  };
  return {
    observer: {
      observe(event) {
        live = follow(live, event, clock.monotonicMs());
        if (terminal.live) drawing ??= draw();
        else terminal.err(stepOf(event));
      },
    },
    end() {
      if (ended.signal.aborted) return;
      ended.abort();
      if (drawing) terminal.err('\r\x1b[2K');
    },
  };
}

function follow(live: Live | null, event: ProbeEvent, nowMs: number): Live | null {
  switch (event.kind) {
    case 'stage_started':
      return { plan: event.plan, stage: event.stage, sinceMs: nowMs, askedMs: live?.askedMs ?? null };
    case 'code_requested':
      return live && { ...live, askedMs: nowMs };
    case 'attempt_finished':
    case 'attempt_dropped':
      return null;
    default:
      return live;
  }
}

/** The live line: the stage, and while a code is awaited, the seconds against deadline and expiry. */
export function lineOf({ plan, stage, sinceMs, askedMs }: Live, nowMs: number, columns: number): string {
  const waitedMs = nowMs - (stage === 'delivery' ? (askedMs ?? sinceMs) : sinceMs);
  const waited = `${(waitedMs / SECOND).toFixed(1)} s`;
  if (stage !== 'delivery') return `${plan.probe}  ${stage}  ${waited}`.slice(0, columns - 1);
  const { deadlineMs, expiryMs } = plan;
  const overdue = waitedMs > deadlineMs;
  const endMs = overdue ? expiryMs : deadlineMs;
  const full = Math.min(BAR_CELLS, Math.floor((waitedMs / endMs) * BAR_CELLS));
  const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
  const ends = `deadline ${deadlineMs / SECOND} s${overdue ? ' (overdue)' : ''}, expiry ${expiryMs / SECOND} s`;
  return `${plan.probe}  waiting for the code  ${bar} ${waited}  ${ends}`.slice(0, columns - 1);
}

function stepOf(event: ProbeEvent): string {
  switch (event.kind) {
    case 'stage_started':
      return `${event.plan.probe}: ${event.stage}\n`;
    case 'code_overdue':
      return `${event.plan.probe}: no code after ${event.plan.deadlineMs / SECOND} s; waiting on to its expiry\n`;
    default:
      return '';
  }
}
