import { expect, test } from 'vitest';
import type { Plan, PlannedProbe } from '../../src/domain/plan.ts';
import { money, span, strains } from '../../src/domain/plan-strain.ts';
import { HOUR, MINUTE, SECOND } from '../../src/domain/units.ts';

/** Plans that are just within their bounds, and just beyond. */

const LIMITS = {
  perHour: 1000,
  perDay: 20_000,
  spacingMs: 0,
  perPhone: { sends: 100, windowMs: 10 * MINUTE },
};

/** Each so many seconds, all day. */
const each = (seconds: number, until = 86_400) => ({
  secondsOfDay: Array.from({ length: Math.floor(until / seconds) }, (_, index) => index * seconds),
  dayShare: 1,
});

const probe = (changes: Partial<PlannedProbe> = {}): PlannedProbe => ({
  name: 'sms',
  target: 'acme',
  delivered: true,
  finite: false,
  rhythm: each(600),
  attemptsPerTick: 1,
  accounts: [{ name: 'acme/one', phone: 'a', cost: 10_000 }],
  deadlineMs: MINUTE,
  expiryMs: 5 * MINUTE,
  ...changes,
});

const said = (probes: PlannedProbe[], limits: Partial<typeof LIMITS> = {}, rest: Partial<Plan> = {}) =>
  strains({ probes, targets: [{ name: 'acme', limits: { ...LIMITS, ...limits } }], cap: null, ...rest }).map(
    ({ level, about, name, message }) => `${level} ${about} ${name}: ${message}`,
  );

test('an hour that is just full is no strain, one attempt more is', () => {
  expect(said([probe()], { perHour: 6 })).toEqual([]);
  expect(said([probe()], { perHour: 5 })).toEqual([
    'fault target acme: 6 attempts in the busiest hour (sms 6), limits.perHour is 5',
  ]);
});

test('a day that is just full is no strain, one attempt more is', () => {
  expect(said([probe()], { perDay: 144 })).toEqual([]);
  expect(said([probe()], { perDay: 143 })).toEqual([
    'fault target acme: 144 attempts a day (sms 144), limits.perDay is 143',
  ]);
});

test('sends to a phone that just fit are no strain, one more is', () => {
  const perPhone = (sends: number) => ({ perPhone: { sends, windowMs: HOUR } });
  expect(said([probe()], perPhone(6))).toEqual([]);
  expect(said([probe()], perPhone(5))).toEqual([
    'fault target acme: 6 codes to phone a within 1h, limits.perPhone.sends is 5; add phones or start less often',
  ]);
});

test('attempts that start together wait for the spacing as long as a tick does', () => {
  const together = (attemptsPerTick: number) =>
    probe({
      delivered: false,
      attemptsPerTick,
      accounts: Array.from({ length: 9 }, (_, index) => ({ name: `acme/${index}`, phone: null, cost: 0 })),
    });
  expect(said([together(4)], { spacingMs: 10 * SECOND })).toEqual([]);
  expect(said([together(5)], { spacingMs: 10 * SECOND })).toEqual([
    'fault target acme: 5 attempts start within 10s; at limits.spacing the last would wait 40s, and a tick waits 30s at most',
  ]);
});

test('a spacing that lets fewer through than start in an hour is a strain', () => {
  expect(said([probe()], { spacingMs: 10 * MINUTE })).toEqual([]);
  expect(said([probe()], { spacingMs: 10 * MINUTE + SECOND })).toEqual([
    expect.stringMatching(
      /^fault target acme: 2 attempts start within 601s; at limits.spacing the last would wait 601s/,
    ),
  ]);
  const rare = probe({ rhythm: { secondsOfDay: [0, 700, 1400, 2100, 2800, 3500], dayShare: 1 } });
  expect(said([rare], { spacingMs: 620 * SECOND })).toEqual([
    'fault target acme: 6 attempts in the busiest hour, but limits.spacing of 620s lets 5 through',
  ]);
});

test('a probe may start as often as it has phones for, and not more often', () => {
  const often = probe({ rhythm: each(60), expiryMs: MINUTE });
  expect(said([often])).toEqual([]);
  const late = probe({ rhythm: each(60), expiryMs: 2 * MINUTE });
  expect(said([late])).toEqual([
    'notice probe sms: starts 2 attempts within 2m (its expiry) with 1 phone: while codes get lost, 1 of 2 ticks will be skipped',
  ]);
  expect(said([probe({ rhythm: each(30) })])).toEqual([
    'fault probe sms: starts 2 attempts within 1m (its deadline), but has 1 phone, each for one attempt at a time; add phones or start less often',
  ]);
  const totp = probe({
    delivered: false,
    rhythm: each(30),
    accounts: ['acme/one', 'acme/two'].map((name) => ({ name, phone: null, cost: 0 })),
    deadlineMs: 90 * SECOND,
  });
  expect(said([totp])).toEqual([
    'fault probe sms: starts 3 attempts within 90s (its deadline), but has 2 accounts, each for one attempt at a time; add accounts or start less often',
  ]);
});

test('factors that nobody delivers are not warned of lost codes', () => {
  expect(said([probe({ delivered: false, rhythm: each(60), expiryMs: HOUR })])).toEqual([]);
});

test('a phone that two probes use for just the whole day is no strain, for more it is', () => {
  const other = (rhythm: PlannedProbe['rhythm']) => probe({ name: 'too', rhythm });
  const half = probe({ rhythm: each(120), expiryMs: MINUTE });
  expect(said([half, { ...other(each(120)), expiryMs: MINUTE }])).toEqual([]);
  expect(said([half, { ...other(each(100)), expiryMs: MINUTE }])).toEqual([
    'fault phone a: would be in use for 26.4 of 24 hours a day (sms 720 x 1m + too 864 x 1m); give each probe phones of its own or start less often',
  ]);
});

test('what nobody delivers uses no phone', () => {
  const totp = probe({ name: 'totp', delivered: false, rhythm: each(60), expiryMs: MINUTE });
  expect(said([totp, { ...totp, name: 'two' }])).toEqual([]);
});

test('a target without probes, and a probe without a known target, are no strain', () => {
  expect(said([])).toEqual([]);
  expect(said([probe({ target: 'elsewhere' })], { perHour: 1 })).toEqual([]);
  expect(said([probe({ target: 'control' })], { perHour: 1 })).toEqual([]);
});

test('what a control is called does not make it a probe of a target of that name', () => {
  const targets = [{ name: 'control', limits: { ...LIMITS, perHour: 1 } }];
  expect(said([probe({ target: 'control' })], {}, { targets })).toEqual([]);
});

test('of the cap four fifths are told, more than all of it is refused, and what costs nothing is neither', () => {
  const month = 144 * 31 * 10_000;
  const capped = (perMonth: number, probes = [probe()]) =>
    said(probes, {}, { cap: { perMonth, currency: 'USD' } });
  expect(capped(month / 0.79)).toEqual([]);
  expect(capped(month / 0.8)).toEqual([
    'notice spend perMonth: schedules cost 44.64 USD in 31 days (sms 44.64), spend.perMonth is 55.80: 80 % of it, confirmations not counted',
  ]);
  expect(capped(month)).toEqual([expect.stringMatching(/^notice .*: 100 % of it/)]);
  expect(capped(month - 1)).toEqual([
    'fault spend perMonth: schedules cost 44.64 USD in 31 days (sms 44.64), spend.perMonth is 44.64; start less often or raise it',
  ]);
  const free = probe({ name: 'totp', delivered: false });
  expect(capped(month, [probe(), free])).toEqual([expect.stringContaining('(sms 44.64)')]);
  expect(capped(0, [free])).toEqual([]);
});

test.each([
  [30 * SECOND, '30s'],
  [90 * SECOND, '90s'],
  [1500, '1.5s'],
  [MINUTE, '1m'],
  [90 * MINUTE, '90m'],
  [HOUR, '1h'],
  [24 * HOUR, '24h'],
  [0, '0s'],
])('%d ms is %s', (ms, words) => {
  expect(span(ms)).toBe(words);
});

test.each([
  [0, '0.00'],
  [8300, '0.01'],
  [1_234_567, '1.23'],
])('%d millionths are %s', (micros, words) => {
  expect(money(micros)).toBe(words);
});
