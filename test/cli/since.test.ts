import { expect, test } from 'vitest';
import { sinceWhen } from '../../src/cli/since.ts';
import { DAY, HOUR } from '../../src/domain/units.ts';
import { NOON } from '../support/builders.ts';

test('a time is how long ago, or a date in UTC', () => {
  expect(sinceWhen('7d', NOON)).toBe(NOON - 7 * DAY);
  expect(sinceWhen('12h', NOON)).toBe(NOON - 12 * HOUR);
  expect(sinceWhen('2026-01-14', NOON)).toBe(Date.parse('2026-01-14T00:00:00Z'));
  expect(sinceWhen('2026-01-15T11:30Z', NOON)).toBe(NOON - HOUR / 2);
});

test.each(['', '7', 'yesterday', '-7d', '0s', '2026-01-16', '2026-13-01', '2026-01-14T11:30', '999999999d'])(
  '%j is none',
  (text) => {
    expect(sinceWhen(text, NOON)).toBeNull();
  },
);
