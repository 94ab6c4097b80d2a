import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  busiest,
  longestGapMs,
  meanIntervalMs,
  shortestGapMs,
  ticksPerDay,
  type Beat,
  type Rhythm,
} from '../../src/domain/rhythm.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/units.ts';

const every = (seconds: number, from = 0): Rhythm => ({
  secondsOfDay: Array.from({ length: 86_400 / seconds }, (_, index) => from + index * seconds),
  dayShare: 1,
});

test('a rhythm counts its ticks and its gaps, over midnight too', () => {
  const rhythm: Rhythm = { secondsOfDay: [3600, 7200, 43_200], dayShare: 1 };
  expect(ticksPerDay(rhythm)).toBe(3);
  expect(meanIntervalMs(rhythm)).toBe(8 * HOUR);
  expect(shortestGapMs(rhythm)).toBe(HOUR);
  expect(longestGapMs(rhythm)).toBe(13 * HOUR);
});

test('a weekly tick has a week between two, and a day between two of days in a row', () => {
  const weekly: Rhythm = { secondsOfDay: [0], dayShare: 1 / 7 };
  expect(ticksPerDay(weekly)).toBeCloseTo(1 / 7);
  expect(longestGapMs(weekly)).toBeCloseTo(7 * DAY);
  expect(shortestGapMs(weekly)).toBe(DAY);
});

test('a window takes in its start and not its end', () => {
  const beats = [{ rhythm: every(300), weight: 1 }];
  expect(busiest(beats, 5 * MINUTE)).toBe(1);
  expect(busiest(beats, 5 * MINUTE + SECOND)).toBe(2);
  expect(busiest(beats, HOUR)).toBe(12);
  expect(busiest(beats, DAY)).toBe(288);
  expect(busiest(beats, 2 * DAY + HOUR)).toBe(588);
});

test('a window may lie over midnight', () => {
  const beats = [{ rhythm: { secondsOfDay: [10, 86_390], dayShare: 1 }, weight: 3 }];
  expect(busiest(beats, MINUTE)).toBe(6);
});

test('the busiest window is never less than any window, and one tick weighs what it starts', () => {
  const rhythm = fc
    .uniqueArray(fc.nat(86_399), { minLength: 1, maxLength: 30 })
    .map((seconds): Rhythm => ({ secondsOfDay: seconds.sort((a, b) => a - b), dayShare: 1 }));
  const beat = fc.record({ rhythm, weight: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(
      fc.array(beat, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 86_399 }),
      (beats, window) => {
        const most = busiest(beats, window * SECOND);
        for (const start of beats[0]?.rhythm.secondsOfDay ?? []) {
          expect(most).toBeGreaterThanOrEqual(startedWithin(beats, start, window));
        }
        expect(most).toBeLessThanOrEqual(busiest(beats, DAY));
      },
    ),
  );
});

const startedWithin = (beats: readonly Beat[], start: number, window: number): number =>
  beats.reduce((sum, { rhythm, weight }) => {
    const inside = rhythm.secondsOfDay.filter((at) => (at - start + 86_400) % 86_400 < window);
    return sum + inside.length * weight;
  }, 0);
