import { SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClockOffset } from '../ports/shared.ts';

const MEASURE_EVERY_MS = 10 * SECOND;
/** Of so many questions in a row the one that was answered fastest tells the time best. */
const QUESTIONS = 4;
/** How far two good clocks may drift apart: 100 ppm, of which a quartz has half. */
const DRIFT = 1e-4;

/** The server's time as of one of our monotonic instants, and how far off it may be. */
interface Reading {
  readonly aheadMs: number;
  readonly errorMs: number;
  readonly takenMs: number;
}

export interface ServerTime {
  /** The server's time now, by the last reading and our monotonic clock: jumps of our wall clock do not touch it. */
  now(): EpochMs;
  /** Our wall clock against it. */
  offset(): ClockOffset;
  /** Reads it again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Asks once, and throws what the asking throws. `ask` answers the server's time in milliseconds. */
export async function readServerTime(clock: Clock, ask: () => Promise<number>): Promise<ServerTime> {
  let known = await bestReading(clock, ask);
  const errorNow = (reading: Reading) => reading.errorMs + (clock.monotonicMs() - reading.takenMs) * DRIFT;
  const now = () => Math.floor(clock.monotonicMs() + known.aheadMs);
  return {
    now,
    offset: () => ({ offsetMs: clock.now() - now(), errorMs: errorNow(known) }),
    async run(signal) {
      while (!signal.aborted) {
        await clock.sleep(MEASURE_EVERY_MS, signal).catch(() => undefined);
        if (signal.aborted) return;
        const fresh = await bestReading(clock, ask).catch(() => null);
        if (!fresh) continue;
        // A poorer reading than what is known already tells nothing, unless it shows that the server's clock was set.
        const apartMs = Math.abs(fresh.aheadMs - known.aheadMs);
        const contradicts = apartMs > fresh.errorMs + errorNow(known);
        if (contradicts || fresh.errorMs <= errorNow(known)) known = fresh;
      }
    },
  };
}

async function bestReading(clock: Clock, ask: () => Promise<number>): Promise<Reading> {
  let best: Reading | null = null;
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const beforeMs = clock.monotonicMs();
    const at = await ask();
    const takenMs = clock.monotonicMs();
    const errorMs = (takenMs - beforeMs) / 2;
    if (!best || errorMs < best.errorMs) best = { aheadMs: at - (beforeMs + errorMs), errorMs, takenMs };
  }
  if (!best) throw new Error('the server was not asked for its time');
  return best;
}

/** All the rest of a clock as it was. */
export const clockOn = (time: Pick<ServerTime, 'now'>, clock: Clock): Clock => ({
  now: () => time.now(),
  monotonicMs: () => clock.monotonicMs(),
  sleep: (ms, signal) => clock.sleep(ms, signal),
});
