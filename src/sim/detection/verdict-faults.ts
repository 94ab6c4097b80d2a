import type { Cause } from '../../domain/verdict/cause.ts';
import type { ObservationKind } from '../../domain/verdict/observation.ts';
import type { Outcome } from '../../domain/outcome.ts';

/** One attempt of a round: what is tried, and on which phone. */
export interface Try {
  readonly kind: Exclude<ObservationKind, 'inbox'>;
  readonly phone: string | null;
}

/** A fault, the cause that should be named for it, and how the attempts end that it strikes. */
export interface Fault {
  readonly name: string;
  readonly cause: Cause;
  readonly subject: string | null;
  /** Whether codes fail to come, so that the detector raises its alarm. */
  readonly isAlarm: boolean;
  readonly strikes: (attempt: Try) => Outcome | null;
}

/** Two phones on carrier A, one on carrier B, all in one inbox; one control, one authenticator app, a canary. */
export const ROUND: readonly Try[] = [
  { kind: 'canary', phone: null },
  { kind: 'own', phone: null },
  { kind: 'sms', phone: 'x1' },
  { kind: 'sms', phone: 'x2' },
  { kind: 'sms', phone: 'y' },
  { kind: 'control', phone: 'x1' },
];

const codes =
  (phones: readonly string[], outcome: Outcome = 'lost') =>
  ({ kind, phone }: Try): Outcome | null =>
    kind === 'sms' && phones.includes(phone ?? '') ? outcome : null;

const messages =
  (phones: readonly string[]) =>
  ({ kind, phone }: Try): Outcome | null =>
    (kind === 'sms' || kind === 'control') && phones.includes(phone ?? '') ? 'lost' : null;

const ofKind =
  (outcomes: Partial<Record<ObservationKind, Outcome>>) =>
  ({ kind }: Try): Outcome | null =>
    outcomes[kind] ?? null;

const DOWN = 'target_unreachable';

export const FAULTS: readonly Fault[] = [
  {
    name: 'target login',
    cause: 'login',
    subject: null,
    isAlarm: false,
    strikes: ofKind({ sms: DOWN, own: DOWN }),
  },
  {
    name: 'target SMS sender',
    cause: 'code_sender',
    subject: null,
    isAlarm: true,
    strikes: codes(['x1', 'x2', 'y']),
  },
  {
    name: 'sender to carrier A',
    cause: 'carrier',
    subject: 'a',
    isAlarm: true,
    strikes: codes(['x1', 'x2']),
  },
  {
    name: 'carrier A receive path',
    cause: 'carrier',
    subject: 'a',
    isAlarm: true,
    strikes: messages(['x1', 'x2']),
  },
  {
    name: 'receive platform',
    cause: 'receiver',
    subject: 'inbox',
    isAlarm: true,
    strikes: messages(['x1', 'x2', 'y']),
  },
  { name: 'number X1 dead', cause: 'number', subject: 'x1', isAlarm: true, strikes: messages(['x1']) },
  {
    name: 'number X1 blocked',
    cause: 'number_blocked',
    subject: 'x1',
    isAlarm: true,
    strikes: codes(['x1']),
  },
  {
    name: 'monitor',
    cause: 'monitor',
    subject: null,
    isAlarm: false,
    strikes: ofKind({ sms: DOWN, own: DOWN, control: 'request_refused', canary: 'aborted' }),
  },
  {
    name: 'control sender',
    cause: 'control_sender',
    subject: null,
    isAlarm: false,
    strikes: ofKind({ control: 'request_refused' }),
  },
  {
    name: 'TOTP clock skew',
    cause: 'clock',
    subject: null,
    isAlarm: false,
    strikes: ofKind({ own: 'code_rejected' }),
  },
  { name: 'healthy', cause: 'healthy', subject: null, isAlarm: false, strikes: () => null },
  { name: 'healthy, false alarm', cause: 'healthy', subject: null, isAlarm: true, strikes: () => null },
];
