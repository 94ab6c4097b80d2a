import { expect, test } from 'vitest';
import { figuresOf, lineOf, spanOf, summaryOf } from '../../src/cli/drill-words.ts';
import type { DrillResult } from '../../src/drill/run-drill.ts';
import { expectationOf } from '../../src/drill/expectations.ts';
import { command } from '../support/command.ts';

const MINUTE = 60_000;

async function drill(...args: readonly string[]) {
  const ended = command('drill', ...args);
  return { status: await ended.status, said: ended.stdout + ended.stderr };
}

test('a drill needs one scenario, or all; the known ones are told', async () => {
  for (const args of [[], ['healthy', '--all']]) {
    const { status, said } = await drill(...args);
    expect(status).toBe(2);
    expect(said).toContain('expected one scenario, or --all');
    expect(said).toContain('twitter-2022');
  }
});

test.each([
  [['sms-sender-of'], 'did you mean "sms-sender-off"?'],
  [['carrier-outage'], 'expected: carrier-outage CARRIER'],
  [['carrier-outage', 'carrier-z'], 'carrier-z'],
  [['healthy', '--speed', '0'], 'expected a number above 0'],
])('a wrong call ends with status 2 before anything is started: %j', async (args, message) => {
  const { status, said } = await drill(...args);
  expect(status).toBe(2);
  expect(said).toContain(message);
});

const result: DrillResult = {
  record: {
    injectedAt: Date.parse('2026-03-01T10:00:00Z'),
    firstBad: {
      at: Date.parse('2026-03-01T10:02:36Z'),
      probe: 'acme-sms',
      phone: 'us-a',
      outcome: 'lost',
    },
    alarm: { at: Date.parse('2026-03-01T10:05:04Z'), route: 'all', hypothesis: 'loss' },
    verdicts: [
      { at: Date.parse('2026-03-01T10:05:04Z'), cause: 'inconclusive', subject: null, words: 'who knows' },
      { at: Date.parse('2026-03-01T10:07:23Z'), cause: 'code_sender', subject: null, words: 'all lost' },
    ],
    confirmations: 3,
    contrasts: 1,
    sends: 4,
  },
  healedAt: Date.parse('2026-03-01T10:12:30Z'),
  recoveredAt: Date.parse('2026-03-01T10:16:00Z'),
  wrong: null,
};

test('times of a drill are counted from the injection, its recovery from the healing', () => {
  expect(figuresOf(result)).toEqual({
    firstBad: '2:36 lost',
    found: '5:04',
    confirmations: '3 + 1',
    sends: '4',
    verdict: 'code_sender',
    named: '7:23',
    recovered: '3:30',
  });
  expect([spanOf(0), spanOf(59_600), spanOf(75 * MINUTE)]).toEqual(['0:00', '1:00', '75:00']);
  expect(lineOf(156_000, 'no code', 'us-a')).toBe('   +2:36  no code             us-a\n');
});

test('the summary says what was found, what was right, and what was wrong', () => {
  const expected = expectationOf({ name: 'sms-sender-off', args: {} });
  if (!expected) throw new Error('nothing is expected of it');
  const right = summaryOf(result, expected);
  expect(right).toMatch(/detected +after 5:04/);
  expect(right).toContain('3 confirmations, 1 contrast probe, 4 SMS');
  expect(right).toContain('all lost');
  expect(right).toMatch(/the verdict is +RIGHT/);
  const missed = { ...result, recoveredAt: null, wrong: 'no detector raised its alarm' };
  expect(summaryOf(missed, expected)).toMatch(/the verdict is +WRONG: no detector raised its alarm/);
  expect(summaryOf(missed, expected)).toContain('not within 90:00');
});
