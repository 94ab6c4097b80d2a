import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMissed, jitterOf, placeOf, tickKey } from '../../src/domain/schedule.ts';

test('a tick is named by probe, instant and place, and by the account where all run', () => {
  expect(tickKey('p', 5, 'fra')).toBe('p|5|fra');
  expect(tickKey('p', 5, 'fra', 'one')).toBe('p|5|fra|one');
});

test('jitter is the same everywhere for one tick, below its bound, and spread over it', () => {
  const values = Array.from({ length: 2000 }, (_, tick) =>
    jitterOf(tickKey('p', tick * 300_000, 'fra'), 10_000),
  );
  expect(values).toEqual(values.map((_, tick) => jitterOf(`p|${tick * 300_000}|fra`, 10_000)));
  expect(Math.max(...values)).toBeLessThan(10_000);
  expect(values.filter((value) => value < 5000).length).toBeGreaterThan(900);
  expect(values.filter((value) => value < 5000).length).toBeLessThan(1100);
  expect(jitterOf('x', 0)).toBe(0);
});

test('spread ticks run in exactly one place, each place in turn', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 1e6 }),
      (places, count) => {
        const tick = { at: count * 300_000, intervalMs: 300_000 };
        expect(places.filter((here) => placeOf(tick, here, 'spread', places) === here)).toHaveLength(1);
        const next = { ...tick, at: tick.at + 300_000 };
        const owner = (of: typeof tick) =>
          places.find((here) => placeOf(of, here, 'spread', places) === here);
        if (places.length > 1) expect(owner(next)).not.toBe(owner(tick));
      },
    ),
  );
});

test('named locations each run every tick, others none', () => {
  const tick = { at: 0, intervalMs: 1 };
  expect(placeOf(tick, 'fra', ['fra', 'iad'], ['fra'])).toBe('fra');
  expect(placeOf(tick, 'nrt', ['fra', 'iad'], ['nrt'])).toBeNull();
});

test('a tick is missed after a minute, or half its interval if that is less', () => {
  expect(isMissed(60_000, 300_000)).toBe(false);
  expect(isMissed(60_001, 300_000)).toBe(true);
  expect(isMissed(5001, 10_000)).toBe(true);
});
