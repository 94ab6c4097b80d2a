import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cameOf, quantileOf, survivalOf, type Waited } from '../../../src/domain/report/kaplan-meier.ts';

const came = (ms: number): Waited => ({ ms, came: true });
const cutOff = (ms: number): Waited => ({ ms, came: false });
const never: Waited = { ms: Infinity, came: false };

/** Weeks of remission of 21 patients on 6-MP (Freireich and others, 1963), as textbooks of survival analysis have it. */
const FREIREICH = [
  ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map(came),
  ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(cutOff),
];

test('the textbook example comes out as in the textbook', () => {
  const { steps } = survivalOf(FREIREICH);
  expect(steps.map(({ ms }) => ms)).toEqual([6, 7, 10, 13, 16, 22, 23]);
  const factors = [18 / 21, 16 / 17, 14 / 15, 11 / 12, 10 / 11, 6 / 7, 5 / 6];
  let share = 1;
  for (const [index, factor] of factors.entries()) {
    share *= factor;
    expect(steps[index]?.share).toBeCloseTo(share, 12);
  }
  const printed = [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448];
  expect(steps.map((step) => Number(step.share.toFixed(3)))).toEqual(printed);
});

test('the textbook median is 23 weeks; a later quantile cannot be told, since all were cut off before', () => {
  const survival = survivalOf(FREIREICH);
  expect(quantileOf(survival, 0.5)).toBe(23);
  expect(quantileOf(survival, 0.6)).toBeNull();
  expect(cameOf(survival)).toBeNull();
});

test('in one moment the arrivals go before those that were cut off', () => {
  expect(survivalOf([cutOff(5), came(5)]).steps).toEqual([{ ms: 5, share: 0.5 }]);
});

test('a quantile that falls in lost codes is lost, never a number', () => {
  const survival = survivalOf([...Array.from({ length: 19 }, (_, index) => came(index + 1)), never]);
  expect(quantileOf(survival, 0.5)).toBe(10);
  expect(quantileOf(survival, 0.95)).toBe(19);
  expect(quantileOf(survival, 0.951)).toBe('lost');
  expect(cameOf(survival)).toBeCloseTo(0.95, 12);
});

test('of nothing nothing can be told', () => {
  expect(quantileOf(survivalOf([]), 0.5)).toBeNull();
  expect(cameOf(survivalOf([]))).toBeNull();
});

const times = fc.array(fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.constant(Infinity)), {
  minLength: 1,
  maxLength: 60,
});

test('where nothing was cut off, each quantile is the one of the sorted list, lost codes at its end', () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 100 }), (all, percent) => {
      const survival = survivalOf(all.map((ms) => (ms === Infinity ? never : came(ms))));
      const ranked = all.toSorted((a, b) => a - b)[Math.ceil((percent * all.length) / 100) - 1];
      expect(quantileOf(survival, percent / 100)).toBe(ranked === Infinity ? 'lost' : ranked);
    }),
  );
});

test('one that was cut off lowers no estimate below dropping it as lost, nor raises it above dropping it as come', () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 300_000 }), (all, cutMs) => {
      const rest = all.map((ms) => (ms === Infinity ? never : came(ms)));
      const share = (extra: Waited) => cameOf(survivalOf([...rest, extra, never])) ?? NaN;
      expect(share(cutOff(cutMs))).toBeGreaterThanOrEqual(share(never) - 1e-9);
      expect(share(cutOff(cutMs))).toBeLessThanOrEqual(share(came(cutMs)) + 1e-9);
    }),
  );
});
