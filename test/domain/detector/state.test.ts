import { expect, test } from 'vitest';
import { configFor, DEFAULTS, edgesFor, threshold } from '../../../src/domain/detector/config.ts';
import { badHours } from '../../../src/domain/detector/baseline.ts';
import { init, readState } from '../../../src/domain/detector/state.ts';

const FACTS = {
  intervalMs: 600_000,
  deadlineMs: 60_000,
  phones: 1,
  routes: 2,
  perPhone: { sends: 3, windowMs: 900_000 },
};

test('the default threshold is that of 90 days at one probe in 5 minutes', () => {
  expect(threshold(DEFAULTS)).toBeCloseTo(10.26, 2);
});

test('a route with half of the probes has the threshold of all of them', () => {
  expect(threshold(configFor(FACTS))).toBeCloseTo(threshold(DEFAULTS), 12);
});

test('the limits of the target become those of the window', () => {
  expect(configFor(FACTS)).toMatchObject({
    phones: 1,
    sendsPerPhone: 3,
    windowMs: 900_000,
    intervalMs: 600_000,
  });
});

test('the edges scale with the deadline and end with it', () => {
  expect(edgesFor(60_000)).toEqual(DEFAULTS.edgesMs);
  expect(edgesFor(90_000)).toEqual([1500, 3000, 6000, 12_000, 24_000, 48_000, 90_000]);
});

test('overrides win over what is derived', () => {
  expect(configFor(FACTS, { confirmGapMs: 30_000, minSpanMs: 0 })).toMatchObject({
    confirmGapMs: 30_000,
    minSpanMs: 0,
  });
});

test('a stored state comes back as it was', () => {
  const state = init(1000, DEFAULTS);
  expect(readState(JSON.parse(JSON.stringify(state)), DEFAULTS)).toEqual(state);
});

test('a state of another version, a damaged one or one of another deadline means to start anew', () => {
  const state = init(1000, DEFAULTS);
  expect(readState({ ...state, version: 1 }, DEFAULTS)).toBeNull();
  expect(readState({ ...state, counts: [1, 2] }, DEFAULTS)).toBeNull();
  expect(readState({ ...state, evidence: null }, DEFAULTS)).toBeNull();
  expect(readState(undefined, DEFAULTS)).toBeNull();
  expect(readState(state, { ...DEFAULTS, edgesMs: edgesFor(30_000) })).toBeNull();
});

test('an hour that loses codes every day is named, with neighbours that lose as many', () => {
  const good = [0, 10, 90, 150, 40, 6, 2, 2];
  const bad = [0, 5, 60, 100, 30, 5, 0, 100];
  const state = init(1000, DEFAULTS);
  const hours = state.hours.map((_, hour) => (hour === 3 ? bad : good));
  expect(badHours({ counts: good.map((count) => count * 24), hours }, DEFAULTS)).toContain(3);
  expect(badHours({ counts: good.map((count) => count * 24), hours }, DEFAULTS)).not.toContain(12);
  expect(badHours({ counts: good, hours: state.hours.map(() => good) }, DEFAULTS)).toEqual([]);
});
