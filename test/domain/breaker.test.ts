import { expect, test } from 'vitest';
import { moveBreaker, parseBreaker, type Breaker } from '../../src/domain/breaker.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { DAY, HOUR, MINUTE } from '../../src/domain/units.ts';

const T = 1_000_000_000_000;
const end = (outcome: Outcome, startedAt = T, retryAfterMs: number | null = null) => ({
  outcome,
  reason: `it was ${outcome}`,
  retryAfterMs,
  startedAt,
  finishedAt: startedAt + 1000,
});
const open = (until: number, level = 1): Breaker => ({ until, level, reason: 'before' });

test('a target that limits us is left alone for a quarter of an hour', () => {
  const opened = moveBreaker(null, end('rate_limited'));
  expect(opened).toEqual({ until: T + 1000 + 15 * MINUTE, level: 1, reason: 'it was rate_limited' });
});

test('each further limit in a row doubles the wait, up to a day', () => {
  let breaker: Breaker | null = null;
  let at = T;
  const waits: number[] = [];
  for (let turn = 0; turn < 9; turn += 1) {
    breaker = moveBreaker(breaker, end('rate_limited', at));
    waits.push((breaker?.until ?? 0) - at - 1000);
    at = breaker?.until ?? 0;
  }
  expect(waits.map((wait) => wait / MINUTE)).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
});

test('the target’s own wish goes first, within reason', () => {
  const until = (wish: number) => moveBreaker(null, end('rate_limited', T, wish))?.until;
  expect(until(30_000)).toBe(T + 1000 + 30_000);
  expect(until(3 * DAY)).toBe(T + 1000 + 3 * DAY);
  expect(until(400 * DAY)).toBe(T + 1000 + 7 * DAY);
  expect(until(0)).toBe(T + 1000 + 15 * MINUTE);
});

test('an attempt that the target served closes it; one that proves nothing does not', () => {
  const past = open(T);
  for (const outcome of ['ok', 'late', 'lost', 'code_unreadable', 'code_rejected'] as const) {
    expect(moveBreaker(past, end(outcome))).toBeNull();
  }
  for (const outcome of ['aborted', 'target_unreachable', 'flow_error', 'login_refused'] as const) {
    expect(moveBreaker(past, end(outcome))).toBe(past);
  }
});

test('an attempt from before it opened neither closes it nor makes it longer by a step', () => {
  const opened = open(T + 15 * MINUTE);
  expect(moveBreaker(opened, end('ok'))).toBe(opened);
  expect(moveBreaker(opened, end('rate_limited'))).toMatchObject({ level: 1, until: T + 1000 + 15 * MINUTE });
  expect(moveBreaker(opened, end('rate_limited', T, HOUR))).toMatchObject({
    level: 1,
    until: T + 1000 + HOUR,
  });
});

test('only a breaker is read as one', () => {
  const breaker = open(T);
  expect(parseBreaker(JSON.parse(JSON.stringify(breaker)))).toEqual(breaker);
  for (const other of [null, undefined, 7, 'x', {}, { until: 'soon', level: 1 }]) {
    expect(parseBreaker(other)).toBeNull();
  }
});
