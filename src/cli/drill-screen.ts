import { ESTATE } from '../drill/estate.ts';
import type { DrillPhase } from '../drill/run-drill.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observer, ProbeEvent } from '../ports/observer.ts';
import { eventOf, lineOf, spanOf, timeOf } from './drill-words.ts';
import type { Terminal } from './terminal.ts';

export interface DrillScreen {
  readonly observer: Observer;
  onPhase(phase: DrillPhase, clock: Clock): void;
  /** Wipes the live line. */
  end(): void;
}

/** How many of the last ends the live line shows. */
const SHOWN_ENDS = 5;

const PHASE_WORDS: Readonly<Record<DrillPhase['phase'], string>> = {
  warming: 'warming up: a code through every phone, and a login with the authenticator app',
  injected: 'BROKEN',
  healed: 'HEALED',
  over: 'over',
};

/** A drill as it goes on: timeline lines where wanted, and on a screen a line that says how things are now. */
export function createDrillScreen(terminal: Terminal, name: string, tellsLines: boolean): DrillScreen {
  const ends: string[] = [];
  let clock: Clock | null = null;
  let phase: DrillPhase['phase'] = 'warming';
  let injectedAt: EpochMs | null = null;
  const now = (): EpochMs => clock?.now() ?? 0;
  const wipe = () => {
    if (terminal.live) terminal.err('\r\x1b[2K');
  };
  const draw = () => {
    if (!terminal.live || !clock) return;
    const since = injectedAt === null ? '' : ` +${spanOf(now() - injectedAt)}`;
    const line = `${name}  ${phase}${since}  ${timeOf(now())}  ${ends.join('  ')}`;
    terminal.err(`\r\x1b[2K${line.slice(0, terminal.columns - 1)}`);
  };
  const say = (what: string, text: string) => {
    if (!tellsLines) return;
    wipe();
    terminal.out(lineOf(injectedAt === null ? null : now() - injectedAt, what, text));
  };
  return {
    observer: {
      observe(event) {
        if (phase === 'over') return;
        const end = endOf(event);
        if (end !== null) ends.push(end);
        if (ends.length > SHOWN_ENDS) ends.shift();
        const told = injectedAt === null ? null : eventOf(event, ESTATE.target);
        if (told) say(told.what, told.text);
        draw();
      },
    },
    onPhase(next, at) {
      clock = at;
      phase = next.phase;
      if (phase === 'injected') injectedAt = next.at;
      say(timeOf(next.at), phase === 'injected' ? `${PHASE_WORDS[phase]}: ${name}` : PHASE_WORDS[phase]);
      draw();
    },
    end: wipe,
  };
}

function endOf(event: ProbeEvent): string | null {
  if (event.kind !== 'attempt_finished') return null;
  const { phone, account, outcome } = event.attempt;
  return `${phone ?? account} ${outcome}`;
}
