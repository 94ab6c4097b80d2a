import { describe, expect, test } from 'vitest';
import { matchMessage, senderAllowed, type PhoneState } from '../../src/domain/matching.ts';
import type { Stamp } from '../../src/domain/stamp.ts';

const T0 = Date.parse('2026-03-01T10:00:00Z');
const stamp = (ms: number, boot = 'b1'): Stamp => ({ at: T0 + ms, monotonicMs: 5000 + ms, boot });

const message = (ms: number, more: { from?: string; providerMs?: number } = {}) => ({
  from: more.from ?? 'ACME',
  arrived: stamp(ms),
  uncertaintyMs: 0,
  times:
    more.providerMs === undefined
      ? []
      : [{ clock: 'provider' as const, at: T0 + more.providerMs, resolutionMs: 1000 }],
});

const armed = (requested: Stamp | null): PhoneState => ({
  armed: { attempt: 'a1', publicKey: 'k', senders: ['ACME', '+1833*'], requested },
  last: null,
});

const past = (lost: boolean): PhoneState => ({
  armed: null,
  last: { attempt: 'a0', senders: ['ACME'], requested: stamp(0), lost, ownsUntil: T0 + 600_000 },
});

describe('while an attempt holds the phone', () => {
  test('a message after its request is its own', () => {
    expect(matchMessage(message(1), armed(stamp(0)))).toEqual({ to: 'attempt', attempt: 'a1' });
  });
  test('one before its request is stale', () => {
    expect(matchMessage(message(-1), armed(stamp(0)))).toMatchObject({ disposition: 'stale' });
    expect(matchMessage(message(1), armed(null))).toMatchObject({ disposition: 'stale' });
  });
  test('one that its provider took before the request, beyond its resolution and two seconds, is stale', () => {
    expect(matchMessage(message(9, { providerMs: -3001 }), armed(stamp(0)))).toMatchObject({
      disposition: 'stale',
    });
    expect(matchMessage(message(9, { providerMs: -3000 }), armed(stamp(0)))).toMatchObject({ to: 'attempt' });
  });
  test('one of a sender that is not allowed is told apart, and named for the attempt', () => {
    const match = matchMessage(message(9, { from: 'BANK' }), armed(stamp(0)));
    expect(match).toEqual({ to: 'account', attempt: 'a1', disposition: 'wrong_sender' });
  });
  test('a wall clock that jumped back makes nothing stale within one process', () => {
    const arrived = { at: T0 - 600_000, monotonicMs: 9000, boot: 'b1' };
    expect(matchMessage({ ...message(0), arrived }, armed(stamp(0)))).toMatchObject({ to: 'attempt' });
  });
});

describe('after an attempt', () => {
  test('whose code was lost, what comes by the end of the rest is its own, late', () => {
    expect(matchMessage(message(599_999), past(true))).toEqual({
      to: 'account',
      attempt: 'a0',
      disposition: 'late',
    });
  });
  test('whose code came, a further message is a copy of it', () => {
    expect(matchMessage(message(9000), past(false))).toMatchObject({
      attempt: 'a0',
      disposition: 'duplicate',
    });
  });
  test('what comes later than that is unmatched', () => {
    expect(matchMessage(message(600_001), past(true))).toMatchObject({
      attempt: null,
      disposition: 'unmatched',
    });
  });
  test('a stranger stays a stranger', () => {
    expect(matchMessage(message(9, { from: 'BANK' }), past(true))).toMatchObject({
      disposition: 'wrong_sender',
    });
  });
});

describe('while our own control uses a phone that rests', () => {
  const both: PhoneState = {
    armed: { attempt: 'control', publicKey: 'k', senders: ['+15005550006'], requested: stamp(400_000) },
    last: past(true).last,
  };
  test("our message is the control's, and what the target sends is the lost request's, late", () => {
    expect(matchMessage(message(401_000, { from: '+15005550006' }), both)).toEqual({
      to: 'attempt',
      attempt: 'control',
    });
    expect(matchMessage(message(401_000), both)).toEqual({
      to: 'account',
      attempt: 'a0',
      disposition: 'late',
    });
  });
  test('a stranger is the wrong sender for the control', () => {
    expect(matchMessage(message(401_000, { from: 'BANK' }), both)).toMatchObject({
      attempt: 'control',
      disposition: 'wrong_sender',
    });
  });
});

test('a number that is not ours, or a phone never used, leaves the message unmatched', () => {
  expect(matchMessage(message(1), null)).toMatchObject({ disposition: 'unmatched' });
  expect(matchMessage(message(1), { armed: null, last: null })).toMatchObject({ disposition: 'unmatched' });
});

test.each([
  ['ACME', ['acme'], true],
  ['A C M E', ['ACME'], true],
  ['+18335550100', ['+1833*'], true],
  ['+18335550100', ['+1834*'], false],
  ['ACMEX', ['ACME'], false],
  ['anyone', [], true],
])('sender %s against %j: %s', (from, patterns, allowed) => {
  expect(senderAllowed(from, patterns)).toBe(allowed);
});
