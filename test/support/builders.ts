import type { Attempt, AttemptPlan, CodeRecord } from '../../src/domain/attempt.ts';
import type { Inventory, PhoneEntry, ProbeEntry } from '../../src/domain/inventory.ts';
import { FAULT_OF, type CodeResult, type Outcome } from '../../src/domain/outcome.ts';
import { MINUTE, SECOND } from '../../src/domain/units.ts';

/** Noon of the fake clock. */
export const NOON = Date.parse('2026-01-15T12:00:00Z');

export const aPhone = (name: string, change: Partial<PhoneEntry> = {}): PhoneEntry => ({
  name,
  masked: '+1•••0111',
  route: 'US-carrier-a',
  country: 'US',
  carrier: 'carrier-a',
  line: 'mobile',
  inbox: 'sim-rack',
  ...change,
});

export const aProbe = (name: string, change: Partial<ProbeEntry> = {}): ProbeEntry => ({
  name,
  target: 'acme',
  factor: 'sms',
  delivered: true,
  flow: 'http',
  schedule: '*/5 * * * *',
  timezone: 'UTC',
  intervalMs: 5 * MINUTE,
  deadlineMs: MINUTE,
  expiryMs: 5 * MINUTE,
  accounts: ['sms-1', 'sms-2'],
  phones: ['us-a', 'us-b'],
  ...change,
});

/** Two SMS phones on two routes, a TOTP probe, a push and a polled inbox. */
export const anInventory = (change: Partial<Inventory> = {}): Inventory => ({
  node: 'fra-1',
  location: 'fra',
  targets: [
    {
      name: 'acme',
      url: 'https://login.acme.example',
      limits: {
        perHour: 60,
        perDay: 900,
        spacingMs: 5 * SECOND,
        perPhone: { sends: 5, windowMs: 10 * MINUTE },
      },
    },
  ],
  probes: [
    aProbe('acme-sms'),
    aProbe('acme-totp', { factor: 'totp', delivered: false, accounts: ['totp-1'], phones: [] }),
  ],
  phones: [
    aPhone('us-a'),
    aPhone('us-b', { route: 'US-carrier-b', carrier: 'carrier-b', inbox: 'twilio-main', line: 'virtual' }),
  ],
  inboxes: [
    { name: 'sim-rack', kind: 'webhook', resolutionMs: 0 },
    { name: 'twilio-main', kind: 'twilio', resolutionMs: 30 * SECOND },
  ],
  cap: { currency: 'USD', perMonth: 120_000_000 },
  ...change,
});

export const aPlan = (id: string, change: Partial<AttemptPlan> = {}): AttemptPlan => ({
  id,
  key: `acme-sms|${id}|fra`,
  probe: 'acme-sms',
  target: 'acme',
  factor: 'sms',
  flow: 'http',
  location: 'fra',
  node: 'fra-1',
  account: 'sms-1',
  phone: 'us-a',
  route: 'US-carrier-a',
  tickAt: NOON,
  startedAt: NOON,
  deadlineMs: MINUTE,
  expiryMs: 5 * MINUTE,
  cause: 'schedule',
  ...change,
});

export const aCode = (
  result: CodeResult,
  deliveryMs: number | null,
  change: Partial<CodeRecord> = {},
): CodeRecord => ({
  requestedAt: NOON + 300,
  result,
  deliveryMs,
  uncertaintyMs: 0,
  overdue: result !== 'on_time',
  ...change,
});

/** An attempt that went well, unless told otherwise. */
export function anAttempt(plan: AttemptPlan, change: Partial<Attempt> & { outcome?: Outcome } = {}): Attempt {
  const outcome = change.outcome ?? 'ok';
  return {
    ...plan,
    finishedAt: plan.startedAt + 5000,
    durationMs: 5000,
    outcome,
    fault: FAULT_OF[outcome],
    reason: '',
    stages: [
      { stage: 'login', startMs: 0, durationMs: 280, ok: true },
      { stage: 'request_code', startMs: 280, durationMs: 140, ok: true },
      { stage: 'delivery', startMs: 300, durationMs: 4000, ok: true },
      { stage: 'verify', startMs: 4300, durationMs: 350, ok: true },
      { stage: 'logout', startMs: 4650, durationMs: 120, ok: true },
    ],
    requests: [],
    code: plan.phone === null ? null : aCode('on_time', 4000),
    messages: [],
    logout: 'ok',
    retryAfterMs: null,
    ...change,
  };
}
