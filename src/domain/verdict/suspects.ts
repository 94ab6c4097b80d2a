import type { NamedCause } from './cause.ts';
import type { Estate, EstatePhone } from './estate.ts';
import type { Observation, ObservationKind, Reading } from './observation.ts';

/** One component that may be broken, and what its fault would do to each kind of attempt. */
export interface Suspect {
  readonly cause: Exclude<NamedCause, 'healthy'>;
  /** Which one: a carrier, a phone or an inbox; null where there is only one. */
  readonly subject: string | null;
  /** Of all suspects together 1. */
  readonly prior: number;
  /** How an attempt ends that the fault strikes; null: the fault does not touch it. */
  readonly strikes: (observation: Observation) => Shares | null;
  /** How hard it strikes: each severity with its probability; drawn once for all attempts, or once for each phone. */
  readonly severities: readonly Severity[];
  readonly isPerPhone: boolean;
  /** The one phone whose attempts it may strike; null: any. */
  readonly phone: string | null;
}

export interface Severity {
  readonly share: number;
  readonly weight: number;
}

/** How often an attempt ends in each way; what is not named, nearly never. */
export type Shares = Readonly<Partial<Record<Reading, number>>>;

/** How attempts end when nothing is broken: 2 % of the messages are lost, 1 % of the logins fail once. */
export const NORMAL: Readonly<Record<ObservationKind, Shares>> = {
  sms: {
    ok: 0.962,
    silent: 0.02,
    login: 0.01,
    refused: 0.002,
    unreadable: 0.002,
    rejected: 0.002,
    unreceived: 0.002,
  },
  own: { ok: 0.988, login: 0.009, rejected: 0.003 },
  control: { ok: 0.975, silent: 0.02, unsent: 0.003, unreceived: 0.002 },
  canary: { ok: 0.997, down: 0.003 },
  inbox: { ok: 0.998, unreceived: 0.002 },
};

/** All, half or a quarter of the attempts fail. */
const ANY_SEVERITY: readonly Severity[] = [0.97, 0.5, 0.25].map((share) => ({ share, weight: 1 / 3 }));
/** Most accounts are struck wholly, some not at all. */
const PATCHY: readonly Severity[] = [
  { share: 0.97, weight: 0.8 },
  { share: 0, weight: 0.2 },
];

/** How struck attempts end, by kind. */
type Strikes = Partial<Record<ObservationKind, Shares>>;

/** Weights among all faults. Faults of the target and the carriers are the most frequent; ours are watched otherwise too. */
export function suspectsOf({ phones }: Estate): Suspect[] {
  const carriers = [...new Set(phones.map(({ carrier }) => carrier))];
  const inboxes = [...new Set(phones.map(({ inbox }) => inbox))];
  const on = (has: (phone: EstatePhone) => boolean, strikes: Strikes): Suspect['strikes'] =>
    onPhones(new Set(phones.filter(has).map(({ name }) => name)), strikes);
  return [
    suspect('login', 0.2, everywhere({ sms: NO_ENTRY, own: NO_ENTRY })),
    suspect('code_sender', 0.184, everywhere({ sms: SENDS_NOTHING })),
    suspect('code_sender', 0.03, everywhere({ sms: SAYS_NO })),
    suspect('code_sender', 0.02, everywhere({ sms: SENDS_RUBBISH })),
    {
      ...suspect('code_sender', 0.006, everywhere({ sms: SENDS_NOTHING })),
      severities: PATCHY,
      isPerPhone: true,
    },
    ...carriers.flatMap((carrier) => {
      const prior = 0.1 / carriers.length;
      const its = (phone: EstatePhone): boolean => phone.carrier === carrier;
      return [
        { ...suspect('carrier', prior, on(its, { sms: NO_CARRIAGE })), subject: carrier },
        { ...suspect('carrier', prior, on(its, { sms: NO_ARRIVAL, control: NO_ARRIVAL })), subject: carrier },
      ];
    }),
    ...inboxes.flatMap((inbox) => {
      const its = (phone: EstatePhone): boolean => phone.inbox === inbox;
      const loses = on(its, { sms: NO_ARRIVAL, control: NO_ARRIVAL });
      const fails = on(its, { sms: NO_RECEIPT, control: NO_RECEIPT, inbox: { unreceived: 1 } });
      return [
        { ...suspect('receiver', 0.06 / inboxes.length, loses), subject: inbox },
        { ...suspect('receiver', 0.02 / inboxes.length, fails), subject: inbox },
      ];
    }),
    ...phones.flatMap(({ name }) => {
      const it = (strikes: Strikes): Suspect['strikes'] => onPhones(new Set([name]), strikes);
      const dead = it({ sms: NO_ARRIVAL, control: NO_ARRIVAL });
      const only = { subject: name, phone: name };
      return [
        { ...suspect('number', 0.07 / phones.length, dead), ...only },
        { ...suspect('number_blocked', 0.05 / phones.length, it({ sms: SENDS_NOTHING })), ...only },
        { ...suspect('number_blocked', 0.03 / phones.length, it({ sms: SAYS_NO })), ...only },
      ];
    }),
    suspect('control_sender', 0.04, everywhere({ control: { unsent: 0.8, silent: 0.2 } })),
    suspect('clock', 0.05, everywhere({ own: { rejected: 0.98, login: 0.02 } })),
    suspect('monitor', 0.05, everywhere(CUT_OFF)),
  ];
}

const NO_ENTRY: Shares = { login: 0.9, rejected: 0.1 };
/** A sender fails in one way at a time, mostly. */
const SENDS_NOTHING: Shares = { silent: 0.94, refused: 0.04, unreadable: 0.01, rejected: 0.01 };
const SAYS_NO: Shares = { refused: 0.92, silent: 0.08 };
const SENDS_RUBBISH: Shares = { unreadable: 0.55, rejected: 0.4, silent: 0.05 };
const NO_CARRIAGE: Shares = { silent: 0.95, refused: 0.05 };
const NO_ARRIVAL: Shares = { silent: 1 };
const NO_RECEIPT: Shares = { unreceived: 0.9, silent: 0.1 };

/** A node that reaches nothing. */
const CUT_OFF: Strikes = {
  sms: { login: 1 },
  own: { login: 1 },
  control: { unsent: 1 },
  canary: { down: 1 },
  inbox: { unreceived: 1 },
};

const suspect = (cause: Suspect['cause'], prior: number, strikes: Suspect['strikes']): Suspect => ({
  cause,
  subject: null,
  prior,
  strikes,
  severities: ANY_SEVERITY,
  isPerPhone: false,
  phone: null,
});

const everywhere =
  (strikes: Strikes): Suspect['strikes'] =>
  ({ kind }) =>
    strikes[kind] ?? null;

const onPhones =
  (phones: ReadonlySet<string>, strikes: Strikes): Suspect['strikes'] =>
  ({ kind, phone }) =>
    phone !== null && phones.has(phone) ? (strikes[kind] ?? null) : null;
