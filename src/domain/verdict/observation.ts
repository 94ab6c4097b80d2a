import type { Attempt, AttemptPlan } from '../attempt.ts';
import { CONTROL_TARGET } from '../inventory.ts';
import type { Outcome } from '../outcome.ts';
import type { EpochMs } from '../units.ts';

/**
 * What was tried. `own`: a login with a code that we make ourselves; `control`: our own SMS to our own phone; `inbox`: to
 * read an inbox.
 */
export type ObservationKind = 'sms' | 'own' | 'control' | 'canary' | 'inbox';

/**
 * What it told. `login`: no way in. `silent`: no code in time. `refused`: the target says that it cannot send.
 * `unreadable`: a message, but no code in it. `rejected`: a fresh code was not taken. `unreceived`: our inbox could not
 * be read. `unsent`: our control was not sent. `down`: the neutral site that we test ourselves with did not answer.
 */
export type Reading =
  | 'ok'
  | 'login'
  | 'silent'
  | 'refused'
  | 'unreadable'
  | 'rejected'
  | 'unreceived'
  | 'unsent'
  | 'down';

export interface Observation {
  /** The attempt's id; a finished attempt takes the place of the same one overdue. */
  readonly id: string;
  readonly kind: ObservationKind;
  readonly reading: Reading;
  /** How the attempt ended, for the words; `slow`: in time, but slower than is normal. */
  readonly outcome: Outcome | 'slow';
  /** When the code was asked for, else when the attempt began. */
  readonly at: EpochMs;
  readonly account: string;
  readonly phone: string | null;
  readonly factor: string;
  /** How long the code or the message took; null: none came, or none was asked for. */
  readonly deliveryMs: number | null;
}

/** What a finished attempt tells; null: nothing about any component (it was stopped, blocked or our own fault). */
export function observationOf(attempt: Attempt): Observation | null {
  const kind = kindOf(attempt);
  const reading = READINGS[kind](attempt);
  if (reading === null) return null;
  const at = attempt.code?.requestedAt ?? attempt.startedAt;
  const deliveryMs = attempt.code?.deliveryMs ?? null;
  return { ...namesOf(attempt), kind, reading, outcome: attempt.outcome, at, deliveryMs };
}

/** A code that is not there at its deadline tells as much as a lost one, minutes earlier. */
export const overdueObservation = (plan: AttemptPlan, requestedAt: EpochMs): Observation => ({
  ...namesOf(plan),
  kind: kindOf(plan),
  reading: 'silent',
  outcome: 'lost',
  at: requestedAt,
  deliveryMs: null,
});

/** A tick that asked for no code because our inbox cannot be read: as telling as an attempt that ended so. */
export const unreadableObservation = (tick: SkippedTick): Observation => ({
  id: `${tick.probe} ${tick.at}`,
  kind: tick.target === CONTROL_TARGET ? 'control' : 'sms',
  reading: 'unreceived',
  outcome: 'receiver_down',
  at: tick.at,
  account: '',
  phone: tick.phone,
  factor: tick.factor,
  deliveryMs: null,
});

export interface SkippedTick {
  readonly probe: string;
  readonly target: string;
  readonly factor: string;
  /** One of the phones that a code could have gone to. */
  readonly phone: string;
  readonly at: EpochMs;
}

export const canaryObservation = (at: EpochMs, ok: boolean): Observation => ({
  id: `canary ${at}`,
  kind: 'canary',
  reading: ok ? 'ok' : 'down',
  outcome: ok ? 'ok' : 'aborted',
  at,
  account: '',
  phone: null,
  factor: '',
  deliveryMs: null,
});

/** An inbox that cannot be read is known to be down without any attempt. `phone`: one that it receives for. */
export const inboxObservation = (inbox: string, phone: string, at: EpochMs): Observation => ({
  id: `inbox ${inbox} ${at}`,
  kind: 'inbox',
  reading: 'unreceived',
  outcome: 'receiver_down',
  at,
  account: '',
  phone,
  factor: '',
  deliveryMs: null,
});

const namesOf = ({ id, account, phone, factor }: AttemptPlan) => ({ id, account, phone, factor });

function kindOf({ target, phone }: AttemptPlan): 'sms' | 'own' | 'control' {
  if (target === CONTROL_TARGET) return 'control';
  return phone === null ? 'own' : 'sms';
}

type Read = (attempt: Attempt) => Reading | null;

/** The table of docs/detection.md. */
const READINGS: Readonly<Record<'sms' | 'own' | 'control', Read>> = {
  sms: (attempt) => (failedToSend(attempt) ? 'refused' : LOGIN_READING[attempt.outcome]),
  own: ({ outcome }) => LOGIN_READING[outcome],
  control: ({ outcome }) => CONTROL_READING[outcome],
};

/** The login went well, and the request for the code did not. */
const failedToSend = ({ outcome, stages }: Attempt): boolean =>
  outcome === 'target_unreachable' && stages.some(({ stage, ok }) => stage === 'request_code' && !ok);

const LOGIN_READING = {
  ok: 'ok',
  late: 'silent',
  lost: 'silent',
  code_unreadable: 'unreadable',
  code_rejected: 'rejected',
  // The login let somebody in whom it should have asked: it is the login that is broken.
  challenge_missing: 'login',
  request_refused: 'refused',
  login_refused: 'login',
  target_unreachable: 'login',
  rate_limited: null,
  redacted: 'unreceived',
  receiver_down: 'unreceived',
  flow_error: null,
  aborted: null,
} as const satisfies Record<Outcome, Reading | null>;

const CONTROL_READING = {
  ok: 'ok',
  late: 'silent',
  lost: 'silent',
  // Our message came, whatever it looked like.
  code_unreadable: 'ok',
  code_rejected: 'ok',
  challenge_missing: null,
  request_refused: 'unsent',
  login_refused: 'unsent',
  target_unreachable: 'unsent',
  rate_limited: null,
  redacted: 'unreceived',
  receiver_down: 'unreceived',
  flow_error: null,
  aborted: null,
} as const satisfies Record<Outcome, Reading | null>;
