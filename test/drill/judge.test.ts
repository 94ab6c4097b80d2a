import { describe, expect, test } from 'vitest';
import type { DrillRecord } from '../../src/drill/drill-log.ts';
import { DRILLS, expectationOf, type Expectation } from '../../src/drill/expectations.ts';
import { isComplete, missingOf, wrongOf } from '../../src/drill/judge.ts';
import { parseScenario, scenarioHelp } from '../../src/sim/scenarios.ts';

const record = (more: Partial<DrillRecord> = {}): DrillRecord => ({
  injectedAt: 0,
  firstBad: null,
  alarm: null,
  verdicts: [],
  confirmations: 0,
  contrasts: 0,
  sends: 0,
  ...more,
});
const alarm = { at: 5, route: 'us-carrier-a', hypothesis: 'loss' } as const;
const said = (cause: DrillRecord['verdicts'][number]['cause'], subject: string | null = null) => ({
  at: 6,
  cause,
  subject,
  words: '',
});
const expectationFor = (text: string): Expectation => {
  const expected = expectationOf(parseScenario(text));
  if (!expected) throw new Error(`nothing is expected of ${text}`);
  return expected;
};

test('every scenario of the simulator can be drilled, and --all runs each', () => {
  const names = scenarioHelp().map(({ usage }) => usage.split(' ')[0] ?? '');
  const drilled = DRILLS.map((text) => parseScenario(text).name);
  expect(new Set(drilled)).toEqual(new Set(names));
  for (const text of DRILLS) expect(expectationOf(parseScenario(text))).not.toBeNull();
});

describe('an outage', () => {
  const expected = expectationFor('carrier-outage carrier-a');

  test('is found when alarm, cause and subject are there', () => {
    const found = record({ alarm, verdicts: [said('inconclusive'), said('carrier', 'carrier-a (US)')] });
    expect(isComplete(found, expected)).toBe(true);
    expect([wrongOf(found, expected), missingOf(found, expected)]).toEqual([null, null]);
  });

  test('is missed without an alarm, or without a verdict', () => {
    const silent = record({ verdicts: [said('carrier', 'carrier-a (US)')] });
    expect(missingOf(silent, expected)).toBe('no detector raised its alarm');
    expect(missingOf(record({ alarm }), expected)).toContain('never said carrier carrier-a (US)');
  });

  test('is judged wrongly when anything else was blamed, even for a moment', () => {
    const wavering = record({ alarm, verdicts: [said('code_sender'), said('carrier', 'carrier-a (US)')] });
    expect(wrongOf(wavering, expected)).toContain('code_sender');
    const other = record({ alarm, verdicts: [said('carrier', 'carrier-b (US)')] });
    expect(wrongOf(other, expected)).toContain('carrier-b');
  });
});

test('health wants neither an alarm nor a blame', () => {
  const expected = expectationFor('healthy');
  const calm = record({ verdicts: [said('inconclusive'), said('healthy')] });
  expect([wrongOf(calm, expected), missingOf(calm, expected)]).toEqual([null, null]);
  expect(isComplete(calm, expected)).toBe(false);
  expect(wrongOf(record({ alarm }), expected)).toContain('false alarm');
  expect(wrongOf(record({ verdicts: [said('number', 'us-a')] }), expected)).toContain('number us-a');
});

test('a loss everywhere wants an alarm, and tolerates that nobody can be blamed', () => {
  const expected = expectationFor('lossy 0.6');
  expect(missingOf(record(), expected)).toBe('no detector raised its alarm');
  expect(isComplete(record({ alarm }), expected)).toBe(true);
  expect(wrongOf(record({ alarm, verdicts: [said('code_sender')] }), expected)).toBeNull();
  expect(wrongOf(record({ alarm, verdicts: [said('login')] }), expected)).toContain('login');
});
