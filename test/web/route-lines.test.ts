import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { Attempt, AttemptPlan } from '../../src/domain/attempt.ts';
import type { DetectorView, WatchView } from '../../src/ports/operations.ts';
import { hours } from '../../src/web/pages/detector-state.ts';
import { routeLines } from '../../src/web/pages/route-lines.ts';
import { spanOfTime } from '../../src/web/pages/span-of-time.ts';
import { lookAt } from '../../src/web/pages/target-look.ts';
import { aCode, anAttempt, aPlan, NOON } from '../support/builders.ts';
import { aProbeView, aSnapshot } from '../support/fake-operations.ts';
import { aDetector, aWatch } from '../support/watch-views.ts';

const read = (watch: WatchView, attempts: readonly Attempt[] = []) => {
  const probes = [aProbeView({ name: 'acme-sms' }), aProbeView({ name: 'acme-totp' })];
  const marks = Map.groupBy(attempts, ({ probe }) => probe);
  const snapshot = aSnapshot({ watch: { acme: watch }, probes });
  const look = lookAt(snapshot, marks, { name: 'acme', probes });
  const scene = { snapshot, marks, over: spanOfTime(marks, NOON) };
  const $ = load(routeLines(look, scene)?.toString() ?? '');
  return { $, text: $.text().replace(/\s+/g, ' ').trim() };
};

const one = (change: Partial<DetectorView>, named: string | null = null) =>
  read(aWatch({ detectors: [aDetector(change.route ?? 'all', change)], named })).text;

test('each state is told in words, with its sign and since when', () => {
  const badSince = NOON - 600_000;
  expect(one({})).toBe('all routes ✓ fine');
  expect(one({ score: 3 })).toBe('all routes ✓ fine evidence 3.0, alarm at 12.0');
  expect(one({ status: 'SUSPECT', score: 5.46, badSince })).toBe(
    'all routes ◷ suspicious since 11:50 UTC, asking more evidence 5.5, alarm at 12.0',
  );
  expect(one({ status: 'ALARM', hypothesis: 'loss', score: 15, badSince })).toContain(
    '✕ ALARM: codes lost since 11:50 UTC',
  );
  expect(one({ status: 'ALARM', hypothesis: 'partial' })).toContain('✕ ALARM: part of the codes lost');
  expect(one({ status: 'ALARM', hypothesis: 'slow' })).toContain('✕ ALARM: codes slow');
  expect(one({ status: 'MUTED' })).toContain('⊘ muted: maintenance');
});

test('a route on which nothing was sent lately is not called fine', () => {
  expect(one({ route: 'US-carrier-b' })).toBe('US-carrier-b no code lately');
  expect(one({ route: 'US-carrier-b', status: 'SUSPECT' })).toContain('suspicious');
});

test('an alarm of all routes says which one it is about', () => {
  const alarm = { route: 'all', status: 'ALARM', hypothesis: 'loss' } as const;
  expect(one(alarm, 'US-carrier-b')).toContain('all routes ✕ ALARM: codes lost, on US-carrier-b');
  expect(one(alarm)).not.toContain(', on');
});

test('the bar grows with the evidence, is full at most, and its mark is the threshold', () => {
  const width = (score: number) => {
    const { $ } = read(aWatch({ detectors: [aDetector('r', { score, status: 'SUSPECT' })] }));
    return Number($('rect.value').attr('width')) / Number($('rect.mark').attr('x'));
  };
  expect([-20, 0, 6, 12].map(width)).toEqual([0, 0, 0.5, 1]);
  expect(width(14)).toBeGreaterThan(1);
  expect(width(1e9)).toBeCloseTo(4 / 3);
});

test('a detector without a threshold has no bar', () => {
  const { $ } = read(aWatch({ detectors: [aDetector('r', { threshold: Infinity, score: 3 })] }));
  expect($('svg')).toHaveLength(0);
});

test('hours that are usually bad are listed, runs of them as one', () => {
  expect(hours([23, 2, 3, 4])).toBe('02:00–04:59, 23:00–23:59');
  expect(one({ badHours: [2] })).toContain('Usually bad, so no alarm then: 02:00–02:59 UTC');
});

const at = (secondsAgo: number, change: Partial<AttemptPlan> = {}) =>
  aPlan(`a${secondsAgo}`, { startedAt: NOON - secondsAgo * 1000 - 5000, ...change });
const lost = (plan: AttemptPlan) => anAttempt(plan, { outcome: 'lost', code: aCode('lost', null) });

test('each route and each factor without one has its strip, told in words', () => {
  const { $, text } = read(aWatch(), [
    anAttempt(at(600)),
    lost(at(500)),
    anAttempt(at(400), { outcome: 'late' }),
    anAttempt(at(300), { outcome: 'aborted' }),
    anAttempt(at(200), { outcome: 'target_unreachable' }),
    anAttempt(at(100, { route: 'US-carrier-b' })),
    anAttempt(at(90, { probe: 'acme-totp', factor: 'totp', route: null, phone: null })),
  ]);
  expect(text).toContain('1 of 4 fine, 1 late, 1 lost, 1 failed, 1 not measured');
  const labels = $('svg.strip').map((_, svg) => $(svg).attr('aria-label'));
  expect(labels.get()).toEqual([
    'US-carrier-a, last 15 min: 1 of 4 fine, 1 late, 1 lost, 1 failed, 1 not measured',
    'US-carrier-b, last 15 min: 1 of 1 fine',
    'TOTP logins, last 15 min: 1 of 1 fine',
  ]);
});

const cellsOf = ($: ReturnType<typeof load>, tone: string) =>
  [...($(`svg.strip path.${tone}`).attr('d') ?? '').matchAll(/M(\d+) /g)].map(
    (match) => Number(match[1]) / 10,
  );

test('a cell of the strip shows the worst of its time, and a lost code is never hidden by others', () => {
  const { $ } = read(aWatch(), [anAttempt(at(7)), lost(at(5)), anAttempt(at(3)), anAttempt(at(1))]);
  expect(cellsOf($, 'bad')).toEqual([95]);
  expect(cellsOf($, 'good')).toEqual([]);
});

test('a strip goes on to the next attempt, and stops where the measuring did', () => {
  const regular = [880, 820, 760, 700, 100, 40].map((seconds) => anAttempt(at(seconds)));
  const cells = cellsOf(read(aWatch(), regular).$, 'good');
  const cellOf = (seconds: number) => Math.floor(((900 - seconds) / 900) * 96);
  expect(cells[0]).toBe(cellOf(880));
  expect(cells).toContain(cellOf(730));
  expect(cells).not.toContain(cellOf(400));
  expect(cells.at(-1)).toBe(95);
});

test('a target without routes and attempts has no lines', () => {
  expect(read(aWatch({ detectors: [] })).text).toBe('');
});
