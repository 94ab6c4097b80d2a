import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CodeRecord, StageRecord } from '../../src/domain/attempt.ts';
import type { CodeResult, Outcome } from '../../src/domain/outcome.ts';
import { restAfter, settleUnread } from '../../src/domain/rest.ts';
import { MINUTE } from '../../src/domain/units.ts';

const T = 1_000_000_000_000;
const stamp = (at: number) => ({ at, monotonicMs: at - T, boot: 'b' });
const code = (result: CodeResult, deliveryMs: number | null): CodeRecord => ({
  requestedAt: T,
  result,
  deliveryMs,
  uncertaintyMs: 0,
  overdue: false,
});
const rest = (
  outcome: Outcome,
  kept: CodeRecord | null,
  matched = false,
  stages: readonly StageRecord[] = [],
) =>
  restAfter({ requested: stamp(T), expiryMs: 8 * MINUTE, attempt: { outcome, code: kept, stages }, matched });
const verify = (ok: boolean): StageRecord[] => [{ stage: 'verify', startMs: 90_000, durationMs: 80, ok }];

const RESTS = { lost: true, ownsUntil: T + 16 * MINUTE, restsUntil: T + 16 * MINUTE };
const FREE = { lost: false, ownsUntil: T + 8 * MINUTE, restsUntil: null };

test.each<[string, Outcome, CodeRecord | null, object]>([
  ['a lost code', 'lost', code('lost', null), RESTS],
  ['an attempt that was stopped while it waited', 'aborted', code('unmeasured', null), RESTS],
  ['an inbox that could not be read', 'receiver_down', code('unmeasured', null), RESTS],
  ['a request that nobody answered', 'target_unreachable', null, RESTS],
  ['messages of senders that are not allowed', 'code_unreadable', code('unreadable', null), RESTS],
])('the phone rests after %s', (_name, outcome, kept, expected) => {
  expect(rest(outcome, kept)).toEqual(expected);
});

test.each<[string, Outcome, CodeRecord | null]>([
  ['a code on time', 'ok', code('on_time', 4000)],
  ['a late one', 'late', code('late', 90_000)],
  ['one that came before the attempt was stopped', 'aborted', code('unmeasured', 4000)],
  ['a request that the target said no to', 'request_refused', code('lost', null)],
  ['a rate limit', 'rate_limited', null],
])('the phone is free after %s', (_name, outcome, kept) => {
  expect(rest(outcome, kept)).toEqual(FREE);
});

test('a short expiry still means ten minutes of rest', () => {
  const attempt = { outcome: 'lost' as const, code: code('lost', null), stages: [] };
  const short = restAfter({ requested: stamp(T), expiryMs: MINUTE, attempt, matched: false });
  expect(short.restsUntil).toBe(T + 10 * MINUTE);
});

test('a code that came but was never read lets the phone rest, and is not lost', () => {
  expect(rest('aborted', code('unmeasured', null), true)).toMatchObject({
    lost: false,
    restsUntil: T + 16 * MINUTE,
  });
});

test('a message that nobody could read lets the phone rest: the code may be yet to come', () => {
  expect(rest('code_unreadable', code('unreadable', 4000), true)).toEqual({ ...RESTS, lost: false });
});

test('a code that the target refused may be a copy of an older one: the phone rests for its own', () => {
  const rests = { ...RESTS, lost: false };
  expect(rest('code_rejected', code('on_time', 4000), true, verify(false))).toEqual(rests);
  expect(rest('late', code('late', 90_000), true, verify(false))).toEqual(rests);
  expect(rest('late', code('late', 90_000), true, verify(true))).toEqual(FREE);
});

test('of unread messages at most one is the code, the first, and none once there is one', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20 * MINUTE)), fc.boolean(), fc.boolean(), (delays, matched, lost) => {
      const arrivals = delays.toSorted((a, b) => a - b).map((delay) => stamp(T + delay));
      const end = { requested: stamp(T), expiryMs: 8 * MINUTE, matched, lost };
      const dispositions = settleUnread(arrivals, end);
      expect(dispositions).toHaveLength(arrivals.length);
      const codes = dispositions.filter((one) => one === 'matched').length;
      const inTime = arrivals.some(({ at }) => at <= T + 8 * MINUTE);
      expect(codes).toBe(!matched && !lost && inTime ? 1 : 0);
      expect(dispositions.indexOf('matched')).toBe(codes - 1);
      const others = matched ? ['duplicate'] : lost ? ['late'] : ['matched', 'duplicate', 'late'];
      expect(others).toEqual(expect.arrayContaining(dispositions));
    }),
  );
});

test('a message past the expiry is late', () => {
  const end = { requested: stamp(T), expiryMs: MINUTE, matched: false, lost: false };
  expect(settleUnread([stamp(T + MINUTE), stamp(T + 2 * MINUTE)], end)).toEqual(['matched', 'duplicate']);
  expect(settleUnread([stamp(T + MINUTE + 1)], end)).toEqual(['late']);
});
