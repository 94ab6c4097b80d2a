import { expect, test } from 'vitest';
import { createNextTick } from '../../src/app/next-tick.ts';
import type { Schedule } from '../../src/ports/ticker.ts';

const HOURLY: Schedule = { cron: '0 * * * *', timezone: 'UTC' };

/** Fires each hundred; remembers what it was asked. */
function ticker() {
  const asked: Schedule[] = [];
  const time = { at: 0 };
  const upcoming = (schedule: Schedule) => {
    asked.push(schedule);
    return schedule.cron === 'never' ? [] : [(Math.floor(time.at / 100) + 1) * 100];
  };
  return { asked, time, upcoming };
}

test('a firing is worked out once, and again when it has passed', () => {
  const cron = ticker();
  const next = createNextTick(cron);
  const at = (moment: number) => {
    cron.time.at = moment;
    return next(HOURLY, moment);
  };
  expect([at(10), at(99), at(100), at(150)]).toEqual([100, 100, 200, 200]);
  expect(cron.asked).toHaveLength(2);
});

test('the same schedule in another time zone is another', () => {
  const cron = ticker();
  const next = createNextTick(cron);
  next(HOURLY, 0);
  next({ ...HOURLY, timezone: 'Europe/Berlin' }, 0);
  expect(cron.asked).toHaveLength(2);
});

test('a schedule that never fires again is not asked again', () => {
  const cron = ticker();
  const next = createNextTick(cron);
  const never = { cron: 'never', timezone: 'UTC' };
  expect([next(never, 0), next(never, 1)]).toEqual([null, null]);
  expect(cron.asked).toHaveLength(1);
});
