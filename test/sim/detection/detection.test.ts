import { expect, test } from 'vitest';
import { OUTAGES } from '../../../src/sim/detection/code-fates.ts';
import { measureDelays, trialPlan, watchHealthy } from '../../../src/sim/detection/detector-trial.ts';
import { meanOf } from '../../../src/sim/detection/estimates.ts';
import { watchVerdicts } from '../../../src/sim/detection/verdict-years.ts';
import { confusionMatrix } from '../../../src/sim/detection/confusion.ts';

const ignore = (): void => undefined;

test('a healthy quarter pages nobody more than it may, for little more than its schedule', () => {
  const { falseAlarms, sends, days } = watchHealthy(trialPlan('quarter', 0.01), 0.25, ignore);
  expect(falseAlarms).toBeLessThanOrEqual(2);
  expect(sends / days).toBeGreaterThan(288);
  expect(sends / days).toBeLessThan(330);
});

test('outages are found within the minutes that were measured before', () => {
  const delays = measureDelays(trialPlan('delays', 0.01), OUTAGES, 150, ignore);
  const mean = (name: string): number => meanOf(delays.get(name) ?? []).value;
  expect(mean('loss 100')).toBeCloseTo(5.6, 0);
  expect(mean('slow60')).toBeCloseTo(6, 0);
  expect(Math.abs(mean('slow20') - 8.6)).toBeLessThan(1);
  expect(Math.abs(mean('loss 50') - 13.4)).toBeLessThan(2);
  expect(Math.abs(mean('loss 20') - 47)).toBeLessThan(8);
});

test('the same seed measures the same', () => {
  const [first, second] = [1, 2].map(() =>
    measureDelays(trialPlan('same', 0.03), OUTAGES.slice(0, 1), 5, ignore),
  );
  expect(first).toEqual(second);
});

test('total faults are named rightly, seldom wrongly, and health is never blamed', () => {
  const rows = confusionMatrix({ seed: 'test', trials: 60, severity: 0.97, noise: 1 });
  const wrong = rows.map((row) => ({
    fault: row.fault.name,
    share: (row.trials - row.correct - row.named.inconclusive - row.named.healthy) / row.trials,
  }));
  expect(wrong.filter(({ share }) => share > 0.1)).toEqual([]);
  expect(wrong.filter(({ fault, share }) => fault.startsWith('healthy') && share > 0)).toEqual([]);
  const faults = rows.filter(({ fault }) => fault.cause !== 'healthy');
  const correct = faults.reduce((sum, row) => sum + row.correct, 0);
  expect(correct / (faults.length * 60)).toBeGreaterThan(0.9);
});

test('a healthy fortnight blames nobody', () => {
  const { blames, healthy, verdicts } = watchVerdicts({ seed: 'fortnight', days: 14, noise: 1 });
  expect(blames).toBe(0);
  expect(healthy / verdicts).toBeGreaterThan(0.95);
});
