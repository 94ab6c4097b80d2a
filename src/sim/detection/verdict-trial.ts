import { MINUTE } from '../../domain/units.ts';
import type { Attempt } from '../../domain/attempt.ts';
import { CONTROL_TARGET } from '../../domain/inventory.ts';
import { FAULT_OF, type Outcome } from '../../domain/outcome.ts';
import type { Estate } from '../../domain/verdict/estate.ts';
import { canaryObservation, observationOf, type Observation } from '../../domain/verdict/observation.ts';
import { decideVerdict, type Verdict } from '../../domain/verdict/verdict.ts';
import type { Random } from '../random.ts';
import { ROUND, type Fault, type Try } from './verdict-faults.ts';

export interface VerdictTrial {
  readonly fault: Fault;
  /** Share of the struck attempts that fail. */
  readonly severity: number;
  /** Factor on the noise of the attempts that are not struck. */
  readonly noise: number;
}

/** What the estate of {@link ROUND} looks like; parts can be taken away. */
export const FULL_ESTATE: Estate = {
  phones: [
    { name: 'x1', carrier: 'a', inbox: 'inbox', takesCodes: true, takesControls: true },
    { name: 'x2', carrier: 'a', inbox: 'inbox', takesCodes: true, takesControls: false },
    { name: 'y', carrier: 'b', inbox: 'inbox', takesCodes: true, takesControls: false },
  ],
  hasOwnFactor: true,
  hasCanary: true,
  intervalMs: { sms: 5 * MINUTE, own: 5 * MINUTE, control: 6 * 60 * MINUTE },
};

/** Two per cent of the messages are lost, one of the logins fails once, whatever is broken. */
const NOISE: Readonly<Record<Try['kind'], readonly { readonly share: number; readonly outcome: Outcome }[]>> =
  {
    sms: [
      { share: 0.02, outcome: 'lost' },
      { share: 0.01, outcome: 'target_unreachable' },
    ],
    own: [{ share: 0.01, outcome: 'target_unreachable' }],
    control: [
      { share: 0.02, outcome: 'lost' },
      { share: 0.003, outcome: 'request_refused' },
    ],
    canary: [{ share: 0.003, outcome: 'aborted' }],
  };

const ROUNDS = 4;
const ROUND_MS = 5 * MINUTE;
const START = Date.UTC(2026, 0, 5, 14, 0);

/** Rounds of all attempts until a fault is named, four at most; the last verdict. */
export function tryVerdict(trial: VerdictTrial, random: Random): Verdict {
  const seen: Observation[] = [];
  for (let round = 0; ; round += 1) {
    const at = START + round * ROUND_MS;
    for (const [n, attempt] of ROUND.entries()) {
      const observation = observe(attempt, endOf(attempt, trial, random), at + n);
      if (observation) seen.push(observation);
    }
    const outage = trial.fault.isAlarm ? { since: START, slowFromMs: null } : null;
    const verdict = decideVerdict({
      at: at + MINUTE,
      outage,
      recoveredAt: null,
      observations: seen,
      estate: FULL_ESTATE,
    });
    const isNamed = verdict.cause !== 'inconclusive' && verdict.cause !== 'healthy';
    if (isNamed || round === ROUNDS - 1) return verdict;
  }
}

/** How one attempt ends. */
export function endOf(attempt: Try, { fault, severity, noise }: VerdictTrial, random: Random): Outcome {
  const struck = fault.strikes(attempt);
  if (struck !== null && random() < severity) return struck;
  let left = random();
  for (const { share, outcome } of NOISE[attempt.kind]) {
    left -= share * noise;
    if (left < 0) return outcome;
  }
  return 'ok';
}

export function observe({ kind, phone }: Try, outcome: Outcome, at: number): Observation | null {
  if (kind === 'canary') return canaryObservation(at, outcome === 'ok');
  return observationOf({
    ...ATTEMPT,
    ...ATTEMPT_OF[kind],
    id: `${at}`,
    phone,
    outcome,
    fault: FAULT_OF[outcome],
    startedAt: at,
  });
}

const ATTEMPT_OF = {
  sms: { target: 'acme', factor: 'sms', account: 'sms-1' },
  own: { target: 'acme', factor: 'totp', account: 'totp-1' },
  control: { target: CONTROL_TARGET, factor: 'sms', account: 'control' },
} as const;

/** What of an attempt tells a verdict nothing. */
const ATTEMPT: Omit<
  Attempt,
  'id' | 'phone' | 'outcome' | 'fault' | 'startedAt' | 'target' | 'factor' | 'account'
> = {
  key: '',
  probe: '',
  flow: 'http',
  location: '',
  node: '',
  route: null,
  tickAt: START,
  deadlineMs: MINUTE,
  expiryMs: 5 * MINUTE,
  cause: 'schedule',
  finishedAt: START,
  durationMs: 0,
  reason: '',
  stages: [],
  requests: [],
  code: null,
  messages: [],
  logout: 'none',
  retryAfterMs: null,
};
