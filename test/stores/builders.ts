import type { Attempt, AttemptPlan, CodeRecord } from '../../src/domain/attempt.ts';
import type { Candidate, LeaseRequest } from '../../src/domain/lease.ts';
import { FAULT_OF, type Outcome } from '../../src/domain/outcome.ts';
import type { Stamp } from '../../src/domain/stamp.ts';
import { MINUTE } from '../../src/domain/units.ts';
import type { Lease, LeaseAnswer, MessageEntry, Store } from '../../src/ports/store.ts';

/** Noon, so that an hour more or less stays in the day and the month. */
export const T = Date.parse('2026-01-15T12:00:00Z');
export const EXPIRY_MS = 5 * MINUTE;
export const CENT = 10_000;

let made = 0;
const fresh = (prefix: string): string => {
  made += 1;
  return `${prefix}${made}`;
};

export const stamp = (at: number, boot = 'boot-1'): Stamp => ({ at, monotonicMs: at - T + 1000, boot });

export const candidate = (account = 'sms-1', phone: string | null = 'us-a', cost = 0): Candidate => ({
  account,
  phone,
  route: phone === null ? null : 'US-carrier-a',
  cost,
});

export function request(
  over: Partial<Omit<LeaseRequest, 'plan'>> & { plan?: Partial<LeaseRequest['plan']> } = {},
): LeaseRequest {
  const { plan, ...rest } = over;
  const at = rest.at ?? T;
  const id = fresh('attempt-');
  return {
    plan: {
      id,
      key: `acme-sms|${id}|fra`,
      probe: 'acme-sms',
      target: 'acme',
      factor: 'sms',
      flow: 'http',
      location: 'fra',
      node: 'fra-1',
      tickAt: at,
      startedAt: at,
      deadlineMs: MINUTE,
      expiryMs: EXPIRY_MS,
      cause: 'schedule',
      ...plan,
    },
    candidates: [candidate()],
    limits: { perHour: 1000, perDay: 1000, spacingMs: 0, perPhone: { sends: 1000, windowMs: MINUTE } },
    cap: null,
    at,
    ttlMs: 20_000,
    publicKey: `key-of-${id}`,
    senders: [],
    ownSender: false,
    ...rest,
  };
}

/** The lease that a request must get; a test whose request is refused fails here. */
export async function leased(store: Store, asked: LeaseRequest): Promise<Lease> {
  const answer = await store.leases.acquire(asked);
  if (!answer.lease) throw new Error(`expected a lease, got ${answer.skip}: ${answer.detail}`);
  return answer.lease;
}

export const skipOf = (answer: LeaseAnswer): string => (answer.lease ? 'granted' : answer.skip);

/** Asks for the code: t0. */
export const ask = (store: Store, lease: Lease, at: number, expiryMs = EXPIRY_MS): Promise<boolean> =>
  store.leases.permit(lease, { at, timeoutMs: 0, request: { t0: stamp(at), expiryMs } });

export const code = (requestedAt: number, over: Partial<CodeRecord> = {}): CodeRecord => ({
  requestedAt,
  result: 'on_time',
  deliveryMs: 4000,
  uncertaintyMs: 0,
  overdue: false,
  ...over,
});

export const lostCode = (requestedAt: number): CodeRecord =>
  code(requestedAt, { result: 'lost', deliveryMs: null, overdue: true });

export function ended(
  asked: LeaseRequest,
  lease: Lease,
  outcome: Outcome,
  over: Partial<Omit<Attempt, 'outcome' | 'fault'>> = {},
): Attempt {
  const { account, phone, route } = lease.granted;
  const plan: AttemptPlan = { ...asked.plan, account, phone, route };
  const finishedAt = over.finishedAt ?? plan.startedAt + 10_000;
  return {
    ...plan,
    finishedAt,
    durationMs: finishedAt - plan.startedAt,
    outcome,
    fault: FAULT_OF[outcome],
    reason: `it ended as ${outcome}`,
    stages: [{ stage: 'login', startMs: 0, durationMs: 120.5, ok: true }],
    requests: [],
    code: null,
    messages: [],
    logout: 'ok',
    retryAfterMs: null,
    ...over,
  };
}

/** One attempt from lease to end. Asks for the code where `over` has one. */
export async function live(
  store: Store,
  outcome: Outcome,
  { over = {}, ...asked }: Parameters<typeof request>[0] & { over?: Parameters<typeof ended>[3] } = {},
): Promise<Attempt> {
  const wanted = request(asked);
  const lease = await leased(store, wanted);
  if (over.code) await ask(store, lease, over.code.requestedAt);
  const attempt = ended(wanted, lease, outcome, over);
  const answer = await store.attempts.finish(attempt, { fence: lease.fence, messages: [] });
  if (!answer.stored) throw new Error('expected the attempt to be stored');
  return attempt;
}

export function message(over: Partial<MessageEntry['message']> = {}, at = T + 5000): MessageEntry['message'] {
  return {
    inbox: 'rack',
    providerId: fresh('SM'),
    from: 'ACME',
    arrived: stamp(at),
    uncertaintyMs: 0,
    times: [],
    redacted: false,
    ...over,
  };
}

export const BOX = new Uint8Array([1, 2, 3, 250]);

/** A message on phone us-a, sealed to the attempt where one is named. */
export const entry = (
  attempt: string | null,
  over: Partial<MessageEntry['message']> = {},
  at = T + 5000,
): MessageEntry => ({
  message: message(over, at),
  phone: 'us-a',
  sealed: attempt === null ? null : { attempt, box: BOX },
});
