import { parse, type ParsedFields, type ScheduledTask } from 'node-cron';
import { DAY, MINUTE, SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Schedule, Ticker } from '../ports/ticker.ts';
import { matchedWithin, taskOf } from './cron-ticker.ts';

/** A schedule that does not fire within this, never does. */
const SEARCHED_MS = 366 * DAY;

/**
 * Schedules in node-cron's syntax that follow any clock: node-cron's own timers follow the machine's only, so a faster
 * one would run away from them. Which instants fire is still node-cron's word.
 */
export function createClockTicker(clock: Clock): Ticker {
  return {
    start(schedule, onTick) {
      const stopped = new AbortController();
      void follow(clock, schedule, onTick, stopped.signal);
      return () => stopped.abort(new Error('the schedule is followed no more'));
    },
    upcoming(schedule, count) {
      return usingTask(schedule, (task) => {
        const firings: EpochMs[] = [];
        while (firings.length < count) {
          const next = firingAfter(task, firings.at(-1) ?? clock.now(), schedule);
          if (next === null) break;
          firings.push(next);
        }
        return firings;
      });
    },
    firedWithin: (schedule, durationMs, at) =>
      usingTask(schedule, (task) => matchedWithin(task, durationMs, at)),
  };
}

/** Ends with the signal. A firing that was slept through is handed on all the same: the engine judges it. */
async function follow(
  clock: Clock,
  schedule: Schedule,
  onTick: (tickAt: EpochMs) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = clock.now();
  for (;;) {
    const next = usingTask(schedule, (task) => firingAfter(task, last, schedule));
    if (next === null) return;
    // A timer may end a little early.
    while (!signal.aborted && clock.now() < next) {
      await clock.sleep(next - clock.now(), signal).catch(() => undefined);
    }
    if (signal.aborted) return;
    onTick(next);
    last = next;
  }
}

/** The first firing after `from`; null: none within a year. */
function firingAfter(task: ScheduledTask, from: EpochMs, { timezone }: Schedule): EpochMs | null {
  const fields = parse(task.getPattern());
  const first = Math.floor(from / MINUTE) * MINUTE;
  for (let minute = first; minute <= first + SEARCHED_MS; minute += MINUTE) {
    if (timezone === 'UTC' && !isCandidate(new Date(minute), fields)) continue;
    for (const second of fields.second) {
      const at = minute + second * SECOND;
      if (at > from && task.match(new Date(at))) return at;
    }
  }
  return null;
}

/** To ask node-cron for each of half a million minutes takes seconds. */
const isCandidate = (minute: Date, fields: ParsedFields): boolean =>
  fields.minute.includes(minute.getUTCMinutes()) && fields.hour.includes(minute.getUTCHours());

function usingTask<Answer>(schedule: Schedule, use: (task: ScheduledTask) => Answer): Answer {
  const task = taskOf(schedule, () => undefined);
  try {
    return use(task);
  } finally {
    void task.destroy();
  }
}
