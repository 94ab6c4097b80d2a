import type { Attempt } from '../../../src/domain/attempt.ts';
import { FAULT_OF, type Outcome } from '../../../src/domain/outcome.ts';
import type { Estate } from '../../../src/domain/verdict/estate.ts';
import type { VerdictEvidence } from '../../../src/domain/verdict/fresh.ts';
import { observationOf, type Observation } from '../../../src/domain/verdict/observation.ts';

/** A time of the test's day, from `14:02`. */
export const at = (time: string): number => Date.parse(`2026-01-05T${time.padStart(5, '0')}:00Z`);

/** Two phones on carrier A, one each on B and C; one inbox; controls to a1; authenticator app; canary. */
export const ESTATE: Estate = {
  phones: [phone('a1', 'A', true), phone('a2', 'A', false), phone('b1', 'B', false), phone('c1', 'C', false)],
  hasOwnFactor: true,
  hasCanary: true,
  intervalMs: { sms: 300_000, own: 300_000, control: 6 * 3_600_000 },
};

export function phone(name: string, carrier: string, takesControls: boolean, inbox = 'rack') {
  return { name, carrier, inbox, takesCodes: true, takesControls };
}

export const sms = (
  time: string,
  phone: string,
  outcome: Outcome = 'ok',
  account = `on-${phone}`,
): Observation => observed({ target: 'acme', factor: 'sms', phone, account, outcome, startedAt: at(time) });

export const own = (time: string, outcome: Outcome = 'ok', account = 'totp-1'): Observation =>
  observed({ target: 'acme', factor: 'totp', phone: null, account, outcome, startedAt: at(time) });

export const control = (time: string, phone: string, outcome: Outcome = 'ok'): Observation =>
  observed({ target: 'control', factor: 'sms', phone, account: phone, outcome, startedAt: at(time) });

/** In an outage since 14:02, unless told otherwise; judged at 14:12. */
export function evidence(
  observations: readonly Observation[],
  changed: Partial<VerdictEvidence> = {},
): VerdictEvidence {
  return {
    at: at('14:12'),
    outage: { since: at('14:02'), slowFromMs: null },
    recoveredAt: null,
    observations,
    estate: ESTATE,
    ...changed,
  };
}

export const calm = (
  observations: readonly Observation[],
  changed: Partial<VerdictEvidence> = {},
): VerdictEvidence => evidence(observations, { outage: null, ...changed });

type Told = Pick<Attempt, 'target' | 'factor' | 'phone' | 'account' | 'outcome' | 'startedAt'>;

function observed(told: Told): Observation {
  const observation = observationOf(attempt(told));
  if (!observation) throw new Error(`${told.outcome} tells nothing`);
  return observation;
}

export const attempt = (told: Told & Partial<Attempt>): Attempt => ({
  id: `${told.target} ${told.phone} ${told.account} ${told.startedAt}`,
  key: 'key',
  probe: 'probe',
  flow: 'http',
  location: 'local',
  node: 'node',
  route: null,
  tickAt: told.startedAt,
  deadlineMs: 60_000,
  expiryMs: 300_000,
  cause: 'schedule',
  finishedAt: told.startedAt + 10_000,
  durationMs: 10_000,
  fault: FAULT_OF[told.outcome],
  reason: '',
  stages: [],
  requests: [],
  code: null,
  messages: [],
  logout: 'ok',
  retryAfterMs: null,
  ...told,
});
