import type { EpochMs, PhoneNumber } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * Why a copy of a message was never handed over. `not_pushed`: the phone pushes nowhere, or its provider hid the
 * code; a listed message can still be found by asking.
 */
export type LossReason =
  | 'lost'
  | 'carrier_outage'
  | 'number_dead'
  | 'no_such_phone'
  | 'receiver_down'
  | 'not_pushed'
  | 'push_failed'
  | 'stopped';

/** One request that handed a message over. */
export interface TruePush {
  /** Monotonic, just before the request was written. */
  readonly atMs: number;
  /** The answer; null where none came. */
  status: number | null;
  /** Monotonic, when the answer was there or was given up; null until then. */
  endedMs: number | null;
}

/** One copy of a message on its way to a phone. */
export interface TrueDelivery {
  /** The id that the receiver sees; null until it arrives. */
  sid: string | null;
  readonly copy: boolean;
  /** Monotonic, at the phone. */
  arrivedMs: number | null;
  readonly pushes: TruePush[];
  /** null once a push was answered with 2xx, and while it is on its way. */
  lost: LossReason | null;
}

/** A message that a carrier took, from the site or over the REST API. */
export interface TrueMessage {
  readonly from: string;
  readonly to: PhoneNumber;
  readonly text: string;
  readonly source: 'site' | 'api';
  readonly acceptedAtMs: number;
  readonly deliveries: TrueDelivery[];
}

/** A code that somebody asked the site for. Times are the simulation's own, monotonic where named `…Ms`. */
export interface TrueSend {
  readonly account: string;
  readonly phone: string;
  readonly code: string;
  /** What the client called its attempt (header `X-Probe-Attempt`). */
  readonly attempt: string | null;
  readonly requestedAt: EpochMs;
  /** When the site had the request's head. */
  readonly requestedAtMs: number;
  /** null where the site said that it sent, and did not. */
  sentAtMs: number | null;
  message: TrueMessage | null;
}

export type VerifyResult = 'accepted' | 'wrong' | 'expired' | 'superseded' | 'used';

/** A code that somebody submitted. */
export interface TrueVerify {
  readonly account: string;
  readonly attempt: string | null;
  readonly atMs: number;
  readonly result: VerifyResult;
  readonly factor: 'sms' | 'totp' | 'backup-code' | null;
  /** The send that the code was of, whichever account it was for; null for codes that nobody sent. */
  readonly send: TrueSend | null;
}

export interface TrueLogin {
  readonly account: string;
  readonly attempt: string | null;
  readonly atMs: number;
  readonly result: 'refused' | 'challenged' | 'signed_in' | 'signed_out';
}

export interface TrueSwitch {
  readonly at: EpochMs;
  readonly atMs: number;
  /** What is wrong from then on; empty: nothing. */
  readonly active: readonly string[];
}

/** What really happened, so that what a monitor measured can be held against it. Oldest first. */
export interface Truth {
  sends(): readonly TrueSend[];
  messages(): readonly TrueMessage[];
  verifies(): readonly TrueVerify[];
  logins(): readonly TrueLogin[];
  switches(): readonly TrueSwitch[];
}

/** The writing side; entries of messages and sends are filled in as things happen. */
export interface TruthLog extends Truth {
  addSend(send: Omit<TrueSend, 'requestedAt' | 'sentAtMs' | 'message'>): TrueSend;
  addMessage(message: Omit<TrueMessage, 'acceptedAtMs' | 'deliveries'>): TrueMessage;
  addVerify(verify: Omit<TrueVerify, 'atMs'>): void;
  addLogin(login: Omit<TrueLogin, 'atMs'>): void;
  addSwitch(active: readonly string[]): void;
}

/** Enough for a day of a probe each few seconds; a simulation may run for weeks. */
const KEPT = 20_000;

export function createTruth(clock: Clock): TruthLog {
  const sends: TrueSend[] = [];
  const messages: TrueMessage[] = [];
  const verifies: TrueVerify[] = [];
  const logins: TrueLogin[] = [];
  const switches: TrueSwitch[] = [];
  return {
    sends: () => sends,
    messages: () => messages,
    verifies: () => verifies,
    logins: () => logins,
    switches: () => switches,
    addSend: (send) => keep(sends, { ...send, requestedAt: clock.now(), sentAtMs: null, message: null }),
    addMessage: (message) =>
      keep(messages, { ...message, acceptedAtMs: clock.monotonicMs(), deliveries: [] }),
    addVerify: (verify) => void keep(verifies, { ...verify, atMs: clock.monotonicMs() }),
    addLogin: (login) => void keep(logins, { ...login, atMs: clock.monotonicMs() }),
    addSwitch: (active) =>
      void keep(switches, { at: clock.now(), atMs: clock.monotonicMs(), active: [...active] }),
  };
}

function keep<Entry>(list: Entry[], entry: Entry): Entry {
  list.push(entry);
  if (list.length > KEPT) list.shift();
  return entry;
}
