import { expect, test } from 'vitest';
import { OUTCOMES, type Outcome } from '../../../src/domain/outcome.ts';
import { observationOf, overdueObservation } from '../../../src/domain/verdict/observation.ts';
import { estateOf } from '../../../src/domain/verdict/estate.ts';
import type { Inventory } from '../../../src/domain/inventory.ts';
import { attempt } from './builders.ts';

const TOLD = { target: 'acme', factor: 'sms', phone: 'a1', account: 'sms-1', startedAt: 1000 };
const readings = (changed: Partial<typeof TOLD>): Partial<Record<Outcome, string | null>> =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [
      outcome,
      observationOf(attempt({ ...TOLD, ...changed, outcome }))?.reading ?? null,
    ]),
  );

test('every outcome of an SMS login tells one thing, or nothing', () => {
  expect(readings({})).toEqual({
    ok: 'ok',
    late: 'silent',
    lost: 'silent',
    code_unreadable: 'unreadable',
    code_rejected: 'rejected',
    challenge_missing: 'login',
    request_refused: 'refused',
    login_refused: 'login',
    target_unreachable: 'login',
    rate_limited: null,
    redacted: 'unreceived',
    receiver_down: 'unreceived',
    flow_error: null,
    aborted: null,
  });
});

test('of a control only its sending and its arrival count', () => {
  expect(readings({ target: 'control' })).toMatchObject({
    ok: 'ok',
    lost: 'silent',
    code_unreadable: 'ok',
    request_refused: 'unsent',
    target_unreachable: 'unsent',
    receiver_down: 'unreceived',
    aborted: null,
  });
});

test('a target that is unreachable only where codes are asked for refuses to send', () => {
  const stages = [
    { stage: 'login', startMs: 0, durationMs: 1, ok: true },
    { stage: 'request_code', startMs: 1, durationMs: 1, ok: false },
  ] as const;
  expect(observationOf(attempt({ ...TOLD, outcome: 'target_unreachable', stages }))?.reading).toBe('refused');
});

test('it counts from when the code was asked for, else from the start', () => {
  const code = {
    requestedAt: 1700,
    result: 'lost',
    deliveryMs: null,
    uncertaintyMs: 0,
    overdue: true,
  } as const;
  expect(observationOf(attempt({ ...TOLD, outcome: 'lost', code }))?.at).toBe(1700);
  expect(observationOf(attempt({ ...TOLD, outcome: 'target_unreachable' }))?.at).toBe(1000);
});

test('an overdue code tells at once what its attempt will tell later, under the same id', () => {
  const plan = attempt({ ...TOLD, outcome: 'lost' });
  expect(overdueObservation(plan, 1000)).toEqual(observationOf(plan));
});

test('the estate of a target has its phones and those of the controls, and what the probes are', () => {
  expect(estateOf(INVENTORY, 'acme', true)).toEqual({
    phones: [
      { name: 'us-a', carrier: 'alpha (US)', inbox: 'rack', takesCodes: true, takesControls: true },
      { name: 'us-b', carrier: 'beta (US)', inbox: 'rack', takesCodes: false, takesControls: true },
    ],
    hasOwnFactor: false,
    hasCanary: true,
    intervalMs: { sms: 150_000, own: null, control: 21_600_000 },
  });
  expect(estateOf(INVENTORY, 'other', false)).toMatchObject({ hasOwnFactor: true, hasCanary: false });
});

const probe = (
  name: string,
  target: string,
  changed: { delivered?: boolean; phones?: string[]; intervalMs?: number },
) => ({
  name,
  target,
  factor: 'sms',
  delivered: true,
  flow: 'http',
  schedule: '* * * * *',
  timezone: 'UTC',
  intervalMs: 300_000,
  deadlineMs: 60_000,
  expiryMs: 300_000,
  accounts: [],
  phones: [],
  ...changed,
});
const phone = (name: string, carrier: string) => ({
  name,
  masked: '',
  route: '',
  country: 'US',
  carrier,
  line: 'mobile',
  inbox: 'rack',
});
const INVENTORY: Inventory = {
  node: 'n',
  location: 'l',
  targets: [],
  probes: [
    probe('acme-sms', 'acme', { phones: ['us-a'] }),
    probe('acme-sms-2', 'acme', { phones: ['us-a'] }),
    probe('other-totp', 'other', { delivered: false }),
    probe('receive-path', 'control', { phones: ['us-a', 'us-b'], intervalMs: 21_600_000 }),
  ],
  phones: [phone('us-a', 'alpha'), phone('us-b', 'beta'), phone('us-c', 'gamma')],
  inboxes: [],
  cap: null,
};
