import * as fc from 'fast-check';
import { createTask } from 'node-cron';
import { expect, test } from 'vitest';
import { cronFault, rhythmOf, timezoneFault } from '../../src/config/cron.ts';
import { ticksPerDay } from '../../src/domain/rhythm.ts';

/** What node-cron itself will do next, as seconds since midnight. */
function nextSecondsOfDay(cron: string, count: number): number[] {
  const task = createTask(cron, () => {}, { timezone: 'UTC' });
  const runs = task.getNextRuns(count).map((date) => (date.getTime() / 1000) % 86_400);
  void task.destroy();
  return runs.sort((a, b) => a - b);
}

const field = (max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 0, max }).map(String),
    fc.integer({ min: 2, max: 30 }).map((step) => `*/${step}`),
  );

test('the rhythm is what node-cron fires in a day', () => {
  fc.assert(
    fc.property(field(59), field(23), (minute, hour) => {
      const cron = `${minute} ${hour} * * *`;
      const { secondsOfDay, dayShare } = rhythmOf(cron);
      fc.pre(secondsOfDay.length <= 300);
      expect(dayShare).toBe(1);
      expect(nextSecondsOfDay(cron, secondsOfDay.length)).toEqual(secondsOfDay);
    }),
    { numRuns: 15 },
  );
});

test.each([
  ['0 8 * * 1-5', 5 / 7],
  ['@daily', 1],
  ['@weekly', 1 / 7],
  ['0 0 1 * *', 12 / 365.25],
  ['0 0 L * *', 12 / 365.25],
  ['0 0 * 1-6 *', 0.5],
  ['30 0 0 * * 1#2', 12 / 365.25],
])('%s fires on its share of the days', (cron, perDay) => {
  expect(ticksPerDay(rhythmOf(cron))).toBeCloseTo(perDay, 3);
});

test('what node-cron takes is right, and what it refuses is explained without quoting it', () => {
  expect(['*/5 * * * *', '*/10 * * * * *', '0 8 * * mon-fri', '@hourly'].map(cronFault)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(cronFault('a b c d e')).toBe('expected a cron expression; its minute field is not possible');
  expect(cronFault('')).toContain('it has 0');
  expect(cronFault('0 '.repeat(101))).toContain('at most 200 characters');
});

test('time zones are those of the runtime', () => {
  expect(['UTC', 'Europe/Berlin', 'America/New_York'].map(timezoneFault)).toEqual([null, null, null]);
  expect(timezoneFault('Europe/Paris ')).toContain('did you mean "Europe/Paris"?');
});
