import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { DetectorView, WatchView } from '../../src/ports/operations.ts';
import { detectorLines, hours } from '../../src/web/pages/detector-lines.ts';
import { NOON } from '../support/builders.ts';
import { aDetector, aWatch } from '../support/watch-views.ts';

const read = (watch: WatchView, isShort = false) => {
  const $ = load(detectorLines(watch, NOON, isShort)?.toString() ?? '');
  return { $, text: $.text().replace(/\s+/g, ' ').trim() };
};

const one = (change: Partial<DetectorView>, named: string | null = null) =>
  read(aWatch({ detectors: [aDetector(change.route ?? 'US-carrier-a', change)], named })).text;

test('each state is told in words, with its sign and since when', () => {
  const badSince = NOON - 600_000;
  expect(one({})).toBe('US-carrier-a ✓ fine evidence 0.0, alarm at 12.0');
  expect(one({ status: 'SUSPECT', score: 5.46, badSince })).toBe(
    'US-carrier-a ◷ suspicious since 11:50 UTC, asking more evidence 5.5, alarm at 12.0',
  );
  expect(one({ status: 'ALARM', hypothesis: 'loss', score: 15, badSince })).toContain(
    '✕ ALARM: codes lost since 11:50 UTC',
  );
  expect(one({ status: 'ALARM', hypothesis: 'partial' })).toContain('✕ ALARM: part of the codes lost');
  expect(one({ status: 'ALARM', hypothesis: 'slow' })).toContain('✕ ALARM: codes slow');
  expect(one({ status: 'MUTED' })).toContain('⊘ muted: maintenance');
});

test('an alarm of all routes says which one it is about', () => {
  const alarm = { route: 'all', status: 'ALARM', hypothesis: 'loss' } as const;
  expect(one(alarm, 'US-carrier-b')).toContain('all routes ✕ ALARM: codes lost, on US-carrier-b');
  expect(one(alarm)).not.toContain(', on');
});

test('the bar grows with the evidence, is full at most, and its mark is the threshold', () => {
  const width = (score: number) => {
    const { $ } = read(aWatch({ detectors: [aDetector('r', { score })] }));
    return Number($('rect.value').attr('width')) / Number($('rect.mark').attr('x'));
  };
  expect([-20, 0, 6, 12].map(width)).toEqual([0, 0, 0.5, 1]);
  expect(width(14)).toBeGreaterThan(1);
  expect(width(1e9)).toBeCloseTo(4 / 3);
});

test('a detector without a threshold has no bar', () => {
  const { $ } = read(aWatch({ detectors: [aDetector('r', { threshold: Infinity })] }));
  expect($('svg')).toHaveLength(0);
});

test('hours that are usually bad are listed, runs of them as one', () => {
  expect(hours([23, 2, 3, 4])).toBe('02:00–04:59, 23:00–23:59');
  expect(one({ badHours: [2] })).toContain('Usually bad, so no alarm then: 02:00–02:59 UTC');
});

test('among many targets a calm one takes one line, and one that is not calm takes all', () => {
  expect(read(aWatch(), true).text).toBe('✓ all 2 routes fine');
  expect(read(aWatch({ detectors: [aDetector('r')] }), true).text).toBe('✓ its route is fine');
  const suspect = aWatch({ detectors: [aDetector('a'), aDetector('b', { status: 'SUSPECT' })] });
  expect(read(suspect, true).$('li')).toHaveLength(2);
  const usual = aWatch({ detectors: [aDetector('a', { badHours: [3] })] });
  expect(read(usual, true).text).toContain('03:00–03:59');
});

test('a target without routes has no lines', () => {
  expect(detectorLines(aWatch({ detectors: [] }), NOON, false)).toBeNull();
});
