import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decideLease,
  type CandidateFacts,
  type LeaseFacts,
  type LeaseRequest,
} from '../../src/domain/lease.ts';

const AT = Date.parse('2026-03-01T10:00:00Z');

const request = (more: Partial<LeaseRequest> = {}): LeaseRequest => ({
  plan: {
    id: 'a1',
    key: 'p|1|here',
    probe: 'p',
    target: 't',
    factor: 'sms',
    flow: 'http',
    location: 'here',
    node: 'n',
    tickAt: AT,
    startedAt: AT,
    deadlineMs: 60_000,
    expiryMs: 300_000,
    cause: 'schedule',
  },
  candidates: [
    { account: 'one', phone: 'us-a', route: 'us-x', cost: 8300 },
    { account: 'two', phone: 'us-b', route: 'us-x', cost: 8300 },
  ],
  limits: { perHour: 60, perDay: 900, spacingMs: 5000, perPhone: { sends: 5, windowMs: 600_000 } },
  cap: { currency: 'USD', perMonth: 1_000_000 },
  at: AT,
  ttlMs: 20_000,
  publicKey: 'k',
  senders: [],
  ownSender: false,
  ...more,
});

const free: CandidateFacts = {
  heldBy: null,
  quarantinedUntil: null,
  pausedUntil: null,
  lastUsedAt: null,
  sends: [],
};

const facts = (
  more: Partial<LeaseFacts> = {},
  candidates: Record<string, Partial<CandidateFacts>> = {},
): LeaseFacts => ({
  breakerUntil: null,
  startsLastHour: 0,
  startsLastDay: 0,
  lastStartAt: null,
  spent: 0,
  candidates: new Map(Object.entries(candidates).map(([name, known]) => [name, { ...free, ...known }])),
  ...more,
});

const skipOf = (known: LeaseFacts, wish = request()) => {
  const decision = decideLease(wish, known);
  return decision.granted === null ? decision.skip : `granted ${decision.granted.account}`;
};

describe('an attempt is refused', () => {
  test.each<[string, LeaseFacts]>([
    ['breaker', facts({ breakerUntil: AT + 1 })],
    ['budget', facts({ startsLastHour: 60 })],
    ['budget', facts({ startsLastDay: 900 })],
    ['spacing', facts({ lastStartAt: AT - 4999 })],
    ['spend_cap', facts({ spent: 991_701 })],
    ['paused', facts({}, { one: { pausedUntil: AT + 1 }, two: { pausedUntil: AT + 1 } })],
    ['quarantine', facts({}, { one: { quarantinedUntil: AT + 1 }, two: { quarantinedUntil: AT + 1 } })],
    ['overlap', facts({}, { one: { heldBy: 'p' }, two: { heldBy: 'p' } })],
    ['no_free_account', facts({}, { one: { heldBy: 'other' }, two: { heldBy: 'p' } })],
    ['budget', facts({}, { one: { sends: [1, 2, 3, 4, 5] }, two: { sends: [1, 2, 3, 4, 5] } })],
  ])('as %s', (skip, known) => {
    expect(skipOf(known)).toBe(skip);
  });

  test('as no_free_account when the probe has no account at all', () => {
    expect(skipOf(facts(), request({ candidates: [] }))).toBe('no_free_account');
  });
});

describe('an attempt is granted', () => {
  test('the account that was used longest ago, one never used first of all', () => {
    expect(skipOf(facts({}, { one: { lastUsedAt: 5 }, two: { lastUsedAt: 4 } }))).toBe('granted two');
    expect(skipOf(facts({}, { one: { lastUsedAt: 5 } }))).toBe('granted two');
  });

  test('at the very instant a limit ends', () => {
    expect(skipOf(facts({ breakerUntil: AT, lastStartAt: AT - 5000, spent: 991_700 }))).toContain('granted');
  });

  test('an account without a phone, whatever phones have had', () => {
    const totp = request({ candidates: [{ account: 'one', phone: null, route: null, cost: 0 }] });
    expect(skipOf(facts({ spent: 2_000_000 }, { one: { sends: [1, 2, 3, 4, 5] } }), totp)).toBe(
      'granted one',
    );
  });
});

test('a resting phone is free for our own control, and for nobody else', () => {
  const rest = { quarantinedUntil: AT + 1 };
  const resting = facts({}, { one: rest, two: rest });
  expect(skipOf(resting, request({ ownSender: true }))).toContain('granted');
  expect(skipOf(resting)).toBe('quarantine');
});

test('the refusal says when asking again helps', () => {
  const spacing = decideLease(request(), facts({ lastStartAt: AT - 1000 }));
  expect(spacing).toMatchObject({ skip: 'spacing', retryAt: AT + 4000 });
  const sends = [AT - 599_000, AT - 3, AT - 2, AT - 1, AT];
  const full = decideLease(request(), facts({}, { one: { sends }, two: { sends } }));
  expect(full).toMatchObject({ skip: 'budget', retryAt: AT + 1000 });
});

test('of several phones, the one that is free again first says when asking again helps', () => {
  const resting = facts({}, { one: { quarantinedUntil: AT + 90_000 }, two: { quarantinedUntil: AT + 7000 } });
  expect(decideLease(request(), resting)).toMatchObject({
    skip: 'quarantine',
    retryAt: AT + 7000,
    detail: 'phone us-b rests: a code that it was to get may still come',
  });
  const sends = [AT - 599_000, AT - 3, AT - 2, AT - 1, AT];
  const mixed = facts({}, { one: { quarantinedUntil: AT + 90_000 }, two: { sends } });
  expect(decideLease(request(), mixed)).toMatchObject({ skip: 'budget', retryAt: AT + 1000 });
});

test('whatever is known, a grant keeps every limit', () => {
  const known = fc.record({
    heldBy: fc.constantFrom(null, 'p', 'other'),
    quarantinedUntil: fc.constantFrom(null, AT - 1, AT + 1),
    pausedUntil: fc.constantFrom(null, AT - 1, AT + 1),
    lastUsedAt: fc.constantFrom(null, 1, 2),
    sends: fc.array(fc.integer({ min: AT - 600_000, max: AT }), { maxLength: 7 }),
  });
  const target = fc.record({
    breakerUntil: fc.constantFrom(null, AT - 1, AT + 1),
    startsLastHour: fc.integer({ min: 0, max: 61 }),
    startsLastDay: fc.integer({ min: 0, max: 901 }),
    lastStartAt: fc.constantFrom(null, AT - 5000, AT - 1),
    spent: fc.integer({ min: 0, max: 1_100_000 }),
  });
  fc.assert(
    fc.property(target, known, known, (about, one, two) => {
      const decision = decideLease(request(), facts(about, { one, two }));
      if (decision.granted === null) return;
      const chosen = decision.granted.account === 'one' ? one : two;
      expect(chosen.heldBy).toBeNull();
      expect(chosen.sends.length).toBeLessThan(5);
      expect(chosen.quarantinedUntil ?? 0).toBeLessThanOrEqual(AT);
      expect(chosen.pausedUntil ?? 0).toBeLessThanOrEqual(AT);
      expect(about.spent + 8300).toBeLessThanOrEqual(1_000_000);
      expect(about.startsLastHour).toBeLessThan(60);
      expect(about.breakerUntil ?? 0).toBeLessThanOrEqual(AT);
    }),
  );
});
