import { expect, test } from 'vitest';
import { meanOf, quantileOf, rateOf } from '../../../src/sim/detection/estimates.ts';

test('a rate has the exact Poisson interval to three digits', () => {
  // 10 events: 4.795 to 18.39 (Breslow & Day 1987, table 2.10).
  const rate = rateOf(10, 2);
  expect(rate.value).toBe(5);
  expect(rate.low * 2).toBeCloseTo(4.79, 1);
  expect(rate.high * 2).toBeCloseTo(18.39, 1);
});

test('no event at all still has an upper bound', () => {
  expect(rateOf(0, 1).low).toBe(0);
  expect(rateOf(0, 1).high).toBeGreaterThan(3);
});

test('a mean has the interval of its standard error', () => {
  const mean = meanOf([1, 2, 3, 4, 5]);
  expect(mean.value).toBe(3);
  expect(mean.high - mean.value).toBeCloseTo((1.96 * Math.sqrt(2.5)) / Math.sqrt(5), 10);
});

test('a quantile is the sample of its rank, between two others', () => {
  const samples = Array.from({ length: 1000 }, (_, n) => n);
  const p95 = quantileOf(samples, 0.95);
  expect(p95.value).toBe(950);
  expect(p95.low).toBeLessThan(945);
  expect(p95.high).toBeGreaterThan(955);
});
