import type { EpochMs } from '../domain/units.ts';
import type { Schedule, Ticker } from '../ports/ticker.ts';

/** When a schedule fires next; null: never again. */
export type NextTick = (schedule: Schedule, at: EpochMs) => EpochMs | null;

/** Schedules that are asked about at once; a reload may bring others. */
const MOST = 2000;

/** Remembers each answer until it has passed: working out 500 of them takes longer than a page may. */
export function createNextTick(ticker: Pick<Ticker, 'upcoming'>): NextTick {
  const known = new Map<string, EpochMs | null>();
  return (schedule, at) => {
    const key = `${schedule.timezone} ${schedule.cron}`;
    const next = known.get(key);
    if (next === null || (next !== undefined && next > at)) return next;
    if (known.size >= MOST) known.clear();
    const found = ticker.upcoming(schedule, 1)[0] ?? null;
    known.set(key, found);
    return found;
  };
}
