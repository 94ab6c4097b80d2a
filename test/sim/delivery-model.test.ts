import { expect, test } from 'vitest';
import { GOOD_CARRIER, planDelivery, type CarrierProfile } from '../../src/sim/delivery-model.ts';
import { HEALTHY, profileUnder } from '../../src/sim/conditions.ts';
import { randomStream } from '../../src/sim/random.ts';

const MESSAGES = 20_000;

/** One stream for all: each message takes the same number of draws, so all profiles see the same luck. */
const plans = (profile: CarrierProfile) => {
  const random = randomStream('model');
  return Array.from({ length: MESSAGES }, () => planDelivery(profile, random));
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

const shareOf = (profile: CarrierProfile, is: (plan: ReturnType<typeof planDelivery>) => boolean): number =>
  plans(profile).filter(is).length / MESSAGES;

test('the fast path has a median of 4 s and a 95th percentile of 12 s', () => {
  const delays = plans({ ...GOOD_CARRIER, retryShare: 0 }).map(({ delaysMs }) => delaysMs[0]);
  expect(Math.abs(quantile(delays, 0.5) - 4000)).toBeLessThan(100);
  expect(Math.abs(quantile(delays, 0.95) - 12_000)).toBeLessThan(400);
});

test('nothing is faster than the floor', () => {
  const delays = plans({ ...GOOD_CARRIER, mu: Math.log(0.6) }).map(({ delaysMs }) => delaysMs[0]);
  expect(Math.min(...delays)).toBe(GOOD_CARRIER.floorMs);
});

test('the share of retried messages comes one to five minutes later, and out of order', () => {
  const retried = plans(GOOD_CARRIER).filter(({ keepsOrder }) => !keepsOrder);
  expect(Math.abs(retried.length / MESSAGES - GOOD_CARRIER.retryShare)).toBeLessThan(0.003);
  const delays = retried.map(({ delaysMs }) => delaysMs[0]);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(60_000);
  expect(Math.max(...delays)).toBeGreaterThan(300_000);
  expect(Math.max(...delays)).toBeLessThan(420_000);
});

test.each([0.003, 0.2])('the share of lost messages is %d', (lossShare) => {
  const found = shareOf({ ...GOOD_CARRIER, lossShare }, ({ lost }) => lost);
  expect(Math.abs(found - lossShare)).toBeLessThan(0.01);
});

test('the share of duplicates comes again seconds to minutes later', () => {
  const copied = plans({ ...GOOD_CARRIER, duplicateShare: 0.1 }).filter(
    ({ delaysMs }) => delaysMs.length > 1,
  );
  expect(Math.abs(copied.length / MESSAGES - 0.1)).toBeLessThan(0.01);
  const gaps = copied.map(({ delaysMs: [own, copy = own] }) => copy - own);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(180_000);
});

test('a slow carrier takes that many times as long, message by message', () => {
  const slow = profileUnder({ ...HEALTHY, slowFactor: 8 }, { ...GOOD_CARRIER, floorMs: 0, retryShare: 0 });
  const fast = { ...GOOD_CARRIER, floorMs: 0, retryShare: 0 };
  const slowPlans = plans(slow);
  plans(fast).forEach(({ delaysMs: [fastMs] }, index) => {
    expect((slowPlans[index]?.delaysMs[0] ?? 0) / fastMs).toBeCloseTo(8, 6);
  });
});

test('more loss only loses more: what was lost stays lost, what arrives is as fast as before', () => {
  const before = plans(GOOD_CARRIER);
  plans(profileUnder({ ...HEALTHY, lossShare: 0.3 }, GOOD_CARRIER)).forEach((plan, index) => {
    expect(plan.delaysMs).toEqual(before[index]?.delaysMs);
    expect(plan.lost || !before[index]?.lost).toBe(true);
  });
});

test('conditions never make a bad carrier better', () => {
  const bad = { ...GOOD_CARRIER, lossShare: 0.13, duplicateShare: 0.05, holdShare: 0.2 };
  expect(profileUnder({ ...HEALTHY, lossShare: 0.01 }, bad)).toEqual(bad);
});
