import { expect, test } from 'vitest';
import type { Attempt, CodeRecord } from '../../../src/domain/attempt.ts';
import type { CodeResult, Outcome } from '../../../src/domain/outcome.ts';
import { createReport, type ReportFacts } from '../../../src/domain/report/report.ts';
import { sampleOf } from '../../../src/domain/report/sample.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/units.ts';
import { aCode, anAttempt, aPlan, NOON } from '../../support/builders.ts';

const OUTCOME: Record<CodeResult, Outcome> = {
  on_time: 'ok',
  late: 'late',
  lost: 'lost',
  unreadable: 'code_unreadable',
  redacted: 'redacted',
  unmeasured: 'aborted',
};

let made = 0;
function attempt(
  result: CodeResult,
  deliveryMs: number | null,
  change: Partial<Attempt> & { requestedAt?: number } = {},
): Attempt {
  made += 1;
  const { requestedAt = NOON, ...rest } = change;
  const code: CodeRecord = aCode(result, deliveryMs, { requestedAt });
  return anAttempt(aPlan(`a${made}`), { outcome: OUTCOME[result], code, stages: [], ...rest });
}

const times = (count: number, make: (index: number) => Attempt): Attempt[] =>
  Array.from({ length: count }, (_, index) => make(index));

const report = (attempts: readonly Attempt[], facts: Partial<ReportFacts> = {}) =>
  createReport({
    period: { since: NOON - 7 * DAY, until: NOON + DAY },
    samples: attempts.map(sampleOf),
    news: [],
    priceOf: () => 8300,
    ...facts,
  });

const route = (attempts: readonly Attempt[], facts: Partial<ReportFacts> = {}) => {
  const [first] = report(attempts, facts).targets[0]?.routes ?? [];
  if (!first) throw new Error('expected a route');
  return first;
};

test('the SLI is on time of what was measured; what is ours or hidden counts for nobody', () => {
  const row = route([
    ...times(6, () => attempt('on_time', 4000)),
    attempt('late', 70_000),
    attempt('lost', null),
    attempt('unreadable', 5000),
    attempt('redacted', 4000),
    attempt('unmeasured', null),
  ]);
  expect(row).toMatchObject({ requested: 11, sli: 6 / 9, unmeasuredShare: 2 / 11 });
  expect(row.results).toEqual({ on_time: 6, late: 1, lost: 1, unreadable: 1, redacted: 1, unmeasured: 1 });
});

test('quantiles have lost codes in the denominator', () => {
  const row = route([
    ...times(90, (index) => attempt('on_time', 1000 + index)),
    ...times(10, () => attempt('lost', null)),
  ]);
  expect(row.deliveryMs).toEqual({ p50: 1049, p95: 'lost', p99: 'lost' });
});

test('a late code counts with its time, and an unreadable one with its arrival', () => {
  const row = route([attempt('on_time', 4000), attempt('late', 90_000), attempt('unreadable', 5000)]);
  expect(row.deliveryMs).toEqual({ p50: 5000, p95: 90_000, p99: 90_000 });
});

test('a code that was cut off counts as long as it was waited for, by the stage where that was timed', () => {
  const timed = { stage: 'delivery' as const, startMs: 300, durationMs: 9000, ok: false };
  const cut = [
    attempt('unmeasured', null, { stages: [timed], finishedAt: NOON + 30_000 }),
    attempt('unmeasured', null, { finishedAt: NOON + 2000 }),
  ];
  // At 4 s one of 9 at risk comes (the second was cut off before), at 10 s one of 7 (the first was, too).
  const others = [
    attempt('on_time', 4000),
    attempt('on_time', 10_000),
    ...times(6, () => attempt('lost', null)),
  ];
  const row = route([...cut, ...others]);
  expect(row.sli).toBe(2 / 8);
  expect(row.sliWithCutOff).toBeCloseTo(1 - (8 / 9) * (6 / 7), 12);
});

test('without a code that was cut off there is one SLI', () => {
  expect(route([attempt('on_time', 4000), attempt('lost', null)]).sliWithCutOff).toBeNull();
});

test('attempts without a delivered code are counted under their target, and make no route', () => {
  const totp = anAttempt(aPlan('t', { phone: null, route: null, factor: 'totp' }), { code: null });
  const stopped = anAttempt(aPlan('s'), { outcome: 'login_refused', code: null });
  expect(report([totp, stopped, totp]).targets).toEqual([
    {
      target: 'acme',
      attempts: 3,
      outcomes: [
        { outcome: 'ok', count: 2 },
        { outcome: 'login_refused', count: 1 },
      ],
      routes: [],
      total: null,
    },
  ]);
});

test('several routes also stand in one row together', () => {
  const b = attempt('lost', null, { route: 'US-carrier-b', phone: 'us-b' });
  const [target] = report([b, attempt('on_time', 4000)]).targets;
  expect(target?.routes.map((row) => [row.route, row.sli])).toEqual([
    ['US-carrier-a', 1],
    ['US-carrier-b', 0],
  ]);
  expect(target?.total).toMatchObject({ route: null, requested: 2, sli: 0.5, spent: 16_600 });
});

test('a code of a phone that is gone has no price, and is told', () => {
  const gone = attempt('on_time', 4000, { phone: 'old' });
  const priceOf = (_probe: string, phone: string) => (phone === 'old' ? null : 8300);
  expect(route([gone, attempt('on_time', 4000)], { priceOf })).toMatchObject({ spent: 8300, unpriced: 1 });
});

/** One code each ten minutes for seven days; lost where told. */
const week = (isLost: (day: number, hour: number, index: number) => boolean): Attempt[] =>
  times(7 * 24 * 6, (index) => {
    const requestedAt = NOON - 7 * DAY + index * 10 * MINUTE;
    const [day, hour] = [Math.floor(requestedAt / DAY), Math.floor(requestedAt / HOUR) % 24];
    return isLost(day, hour, index)
      ? attempt('lost', null, { requestedAt })
      : attempt('on_time', 4000, { requestedAt });
  });

test('an hour that loses codes day after day is told', () => {
  const bad = week((_day, hour, index) => hour === 3 && index % 2 === 0);
  expect(report(bad).badHours).toEqual([
    { target: 'acme', route: 'US-carrier-a', hour: 3, codes: 42, lost: 21, days: 7, lostDays: 7 },
  ]);
});

test('one outage is no habit, and neither is an hour as lossy as the rest of the day', () => {
  const firstDay = Math.floor((NOON - 6 * DAY) / DAY);
  expect(report(week((day, hour) => day === firstDay && hour === 3)).badHours).toEqual([]);
  expect(report(week((_day, _hour, index) => index % 2 === 0)).badHours).toEqual([]);
});
