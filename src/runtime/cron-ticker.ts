import { createTask, type ScheduledTask } from 'node-cron';
import { DAY, MINUTE } from '../domain/units.ts';
import type { Schedule, Ticker } from '../ports/ticker.ts';

const silent = { info: ignore, warn: ignore, error: ignore, debug: ignore };
function ignore(): void {}

/** Schedules by node-cron. A firing that node-cron was too late for is handed on all the same: the engine judges it. */
export function createCronTicker(): Ticker {
  return {
    start(schedule, onTick) {
      const task = taskOf(schedule, (date) => onTick(date.getTime()));
      task.on('execution:missed', (context) => onTick(context.date.getTime()));
      void task.start();
      return () => void task.destroy();
    },
    upcoming(schedule, count) {
      const task = taskOf(schedule, ignore);
      try {
        return task.getNextRuns(count).map((date) => date.getTime());
      } finally {
        void task.destroy();
      }
    },
    firedWithin(schedule, durationMs, at) {
      const task = taskOf(schedule, ignore);
      try {
        return matchedWithin(task, durationMs, at);
      } finally {
        void task.destroy();
      }
    },
  };
}

export const taskOf = (schedule: Schedule, onTick: (date: Date) => void): ScheduledTask =>
  createTask(schedule.cron, (context) => onTick(context.date), {
    timezone: schedule.timezone,
    logger: silent,
  });

/** Windows begin on whole minutes and last at most a day. */
export function matchedWithin(task: ScheduledTask, durationMs: number, at: number): boolean {
  const latest = Math.floor(at / MINUTE) * MINUTE;
  const earliest = at - Math.min(durationMs, DAY);
  for (let minute = latest; minute > earliest; minute -= MINUTE) {
    if (task.match(new Date(minute))) return true;
  }
  return false;
}
