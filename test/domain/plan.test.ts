import { describe, expect, test } from 'vitest';
import { estimate, slotsOf, worstDetectionMs, type Plan, type PlannedProbe } from '../../src/domain/plan.ts';
import { strains } from '../../src/domain/plan-strain.ts';
import type { Rhythm } from '../../src/domain/rhythm.ts';
import { MINUTE, SECOND } from '../../src/domain/units.ts';

const every = (minutes: number, from = 0): Rhythm => ({
  secondsOfDay: Array.from({ length: 1440 / minutes }, (_, index) => (from + index * minutes) * 60),
  dayShare: 1,
});

const LIMITS = { perHour: 60, perDay: 900, spacingMs: 5000, perPhone: { sends: 5, windowMs: 10 * MINUTE } };

const probe = (changes: Partial<PlannedProbe> = {}): PlannedProbe => ({
  name: 'sms',
  target: 'acme',
  delivered: true,
  finite: false,
  rhythm: every(5),
  attemptsPerTick: 1,
  accounts: [
    { name: 'acme/one', phone: 'a', cost: 8000 },
    { name: 'acme/two', phone: 'b', cost: 10_000 },
  ],
  deadlineMs: MINUTE,
  expiryMs: 5 * MINUTE,
  ...changes,
});

const plan = (probes: PlannedProbe[], changes: Partial<Plan> = {}): Plan => ({
  probes,
  targets: [{ name: 'acme', limits: LIMITS }],
  cap: null,
  ...changes,
});

const messages = (given: Plan) =>
  strains(given).map(({ level, about, message }) => `${level} ${about}: ${message}`);

test('codes and money are counted over a month of 31 days, at the mean price of the accounts', () => {
  const whole = estimate(plan([probe(), probe({ name: 'totp', delivered: false })]));
  expect(whole.probes.map(({ attemptsPerDay, codesPerDay }) => [attemptsPerDay, codesPerDay])).toEqual([
    [288, 288],
    [288, 0],
  ]);
  expect(whole.codesPerDay).toBe(288);
  expect(whole.costPerMonth).toBe(288 * 31 * 9000);
});

test('each tick of two accounts in two locations is four attempts', () => {
  const whole = estimate(plan([probe({ attemptsPerTick: 4 })]));
  expect(whole.codesPerDay).toBe(1152);
});

test('busy time is the deadline of every attempt, or its expiry when all codes are lost', () => {
  const [first] = estimate(plan([probe()])).probes;
  expect(first?.busyMinutes).toEqual({ late: 288, lost: 1440 });
});

describe('worst detection: four lost codes, the first a whole interval late', () => {
  const withPhones = (count: number, changes: Partial<PlannedProbe> = {}) =>
    probe({
      ...changes,
      accounts: Array.from({ length: count }, (_, index) => ({
        name: `a${index}`,
        phone: `p${index}`,
        cost: 0,
      })),
    });
  const GAP = 62 * SECOND;

  test('with four phones the confirmations follow one another', () => {
    expect(worstDetectionMs(withPhones(4))).toBe(5 * MINUTE + 3 * GAP + GAP);
    expect(worstDetectionMs(withPhones(9))).toBe(worstDetectionMs(withPhones(4)));
  });

  test('with fewer, they wait for a phone that has rested: two expiries, at least ten minutes', () => {
    expect(worstDetectionMs(withPhones(1))).toBe((5 + 30) * MINUTE + GAP);
    expect(worstDetectionMs(withPhones(2))).toBe((5 + 10) * MINUTE + GAP + GAP);
    expect(worstDetectionMs(withPhones(1, { expiryMs: 10 * MINUTE }))).toBe((5 + 60) * MINUTE + GAP);
  });

  test('a long deadline stretches every step', () => {
    const slow = withPhones(4, { rhythm: every(15), deadlineMs: 3 * MINUTE });
    expect(worstDetectionMs(slow)).toBe(15 * MINUTE + 4 * (3 * MINUTE + 2 * SECOND));
  });
});

test('failures of factors without delivery, and of controls, wait for no detector', () => {
  const given = plan([probe({ delivered: false }), probe({ target: 'control' })]);
  expect(estimate(given).probes.map((each) => each.detectionMs)).toEqual([null, null]);
});

test('accounts that share a phone are one slot', () => {
  const accounts = ['one', 'two'].map((name) => ({ name, phone: 'a', cost: 0 }));
  expect(slotsOf(probe({ accounts }))).toEqual(['a']);
  expect(slotsOf(probe({ accounts, delivered: false }))).toEqual(['one', 'two']);
});

test('a plan that fits has nothing said about it', () => {
  expect(strains(plan([probe(), probe({ name: 'totp', delivered: false, rhythm: every(5, 2) })]))).toEqual(
    [],
  );
});

test('more attempts within a deadline than phones are refused, within an expiry noticed', () => {
  const fast: Rhythm = { secondsOfDay: Array.from({ length: 4320 }, (_, i) => i * 20), dayShare: 1 };
  const limits = { perHour: 999, perDay: 9999, spacingMs: 0, perPhone: { sends: 999, windowMs: MINUTE } };
  const targets = [{ name: 'acme', limits }];
  expect(messages(plan([probe({ rhythm: fast })], { targets }))).toEqual([
    'fault probe: starts 3 attempts within 1m (its deadline), but has 2 phones, each for one attempt at a time; add phones or start less often',
  ]);
  expect(messages(plan([probe({ rhythm: every(1) })], { targets }))).toEqual([
    'notice probe: starts 5 attempts within 5m (its expiry) with 2 phones: while codes get lost, 3 of 5 ticks will be skipped',
  ]);
});

test('a finite stock is used up once a day at most', () => {
  const codes = { delivered: false, finite: true };
  const daily: Rhythm = { secondsOfDay: [0], dayShare: 1 };
  expect(strains(plan([probe({ ...codes, rhythm: daily })]))).toEqual([]);
  expect(messages(plan([probe({ ...codes, rhythm: every(720) })]))).toEqual([
    'fault probe: starts 2 attempts a day, and each uses up a code; expected at most one a day',
  ]);
  expect(messages(plan([probe({ ...codes, rhythm: daily, attemptsPerTick: 2 })]))).toHaveLength(1);
});

test('the limits of a target hold for its probes together', () => {
  const targets = [{ name: 'acme', limits: { ...LIMITS, perHour: 23, perDay: 575 } }];
  const two = [probe(), probe({ name: 'totp', delivered: false, rhythm: every(5, 2) })];
  expect(messages(plan(two, { targets }))).toEqual([
    'fault target: 24 attempts in the busiest hour (sms 12 + totp 12), limits.perHour is 23',
    'fault target: 576 attempts a day (sms 288 + totp 288), limits.perDay is 575',
  ]);
});

test('sends to a phone add up over the probes of its target that use it', () => {
  const targets = [{ name: 'acme', limits: { ...LIMITS, perPhone: { sends: 1, windowMs: 10 * MINUTE } } }];
  expect(strains(plan([probe()], { targets }))).toEqual([]);
  expect(messages(plan([probe(), probe({ name: 'other' })], { targets }))).toEqual([
    'fault target: 2 codes to phone a within 10m, limits.perPhone.sends is 1; add phones or start less often',
    'fault target: 2 codes to phone b within 10m, limits.perPhone.sends is 1; add phones or start less often',
  ]);
});

test('attempts that start together must fit the spacing within what a tick waits', () => {
  const targets = [{ name: 'acme', limits: { ...LIMITS, spacingMs: 20 * SECOND } }];
  expect(strains(plan([probe(), probe({ name: 'b' })], { targets }))).toEqual([]);
  expect(messages(plan([probe(), probe({ name: 'b' }), probe({ name: 'c' })], { targets }))).toEqual([
    'fault target: 3 attempts start within 20s; at limits.spacing the last would wait 40s, and a tick waits 30s at most',
  ]);
});

test('a control counts for the phones it uses and against no limits of a target', () => {
  const control = probe({ name: 'own', target: 'control', rhythm: every(1), deadlineMs: 3 * MINUTE });
  const busy = probe({ deadlineMs: 4 * MINUTE });
  expect(messages(plan([busy, control])).filter((message) => message.startsWith('fault'))).toEqual([
    'fault probe: starts 3 attempts within 3m (its deadline), but has 2 phones, each for one attempt at a time; add phones or start less often',
  ]);
  const lighter = probe({ name: 'own', target: 'control', rhythm: every(2), deadlineMs: 3 * MINUTE });
  expect(messages(plan([busy, lighter])).filter((message) => message.startsWith('fault'))).toEqual([
    'fault phone: would be in use for 27.6 of 24 hours a day (sms 144 x 4m + own 360 x 3m); give each probe phones of its own or start less often',
    'fault phone: would be in use for 27.6 of 24 hours a day (sms 144 x 4m + own 360 x 3m); give each probe phones of its own or start less often',
  ]);
});

const at = (perMonth: number) => messages(plan([probe()], { cap: { currency: 'USD', perMonth } }));

test('the cap refuses what costs more, and warns from four fifths on', () => {
  const cost = 288 * 31 * 9000;
  expect(at(cost - 1)[0]).toMatch(/^fault spend: schedules cost 80\.35 USD in 31 days \(sms 80\.35\)/);
  expect(at(cost)[0]).toMatch(/^notice spend: .* 100 % of it/);
  expect(at(cost / 0.8)[0]).toMatch(/^notice spend: .* 80 % of it/);
  expect(at(cost / 0.79)).toEqual([]);
});
