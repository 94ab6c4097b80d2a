import type { Disposition, Skip } from '../domain/outcome.ts';
import type { EpochMs, Micros } from '../domain/units.ts';

/**
 * The tables, as every dialect has them: numbers are whole and below 2^53, flags are 0 and 1, and what is never
 * searched for stands in one column as JSON.
 */
export interface Schema {
  attempts: AttemptRow;
  leases: LeaseRow;
  phones: PhoneRow;
  messages: MessageRow;
  starts: StartRow;
  sends: SendRow;
  spend: SpendRow;
  state: StateRow;
  counters: CounterRow;
  skips: SkipRow;
  orphans: OrphanRow;
  duties: DutyRow;
  feed: FeedRow;
}

/** `record` is the AttemptPlan while it runs, then the Attempt. */
export interface AttemptRow {
  id: string;
  key: string;
  probe: string;
  target: string;
  phone: string | null;
  finished_at: EpochMs | null;
  requested_at: EpochMs | null;
  /** 1: a code was asked for and never came. */
  code_missing: number;
  record: string;
}

/** One claim: unique by attempt, by fence, by account of a target, by phone. */
export interface LeaseRow {
  attempt: string;
  fence: number;
  probe: string;
  target: string;
  account: string;
  phone: string | null;
  lease_until: EpochMs;
  public_key: string;
  senders: string;
  cost: Micros;
  /** The UTC month that the cost was reserved in. */
  month: string;
  /** t0 as a Stamp; null while the code has not been asked for. */
  requested: string | null;
  expiry_ms: number | null;
}

/** A phone's rest, and the last request for a code that is over. */
export interface PhoneRow {
  phone: string;
  attempt: string;
  senders: string;
  requested: string;
  lost: number;
  owns_until: EpochMs;
  rests_until: EpochMs | null;
}

export interface MessageRow {
  id: string;
  inbox: string;
  provider_id: string;
  phone: string | null;
  attempt: string | null;
  disposition: Disposition | null;
  /** Masked. */
  sender: string;
  arrived_at: EpochMs;
  arrived: string;
  uncertainty_ms: number;
  times: string;
  redacted: number;
  /** Base64; null once settled. */
  sealed: string | null;
}

export interface StartRow {
  attempt: string;
  target: string;
  account: string;
  at: EpochMs;
}

export interface SendRow {
  attempt: string;
  phone: string;
  at: EpochMs;
}

export interface SpendRow {
  month: string;
  spent: Micros;
  reserved: Micros;
}

export interface StateRow {
  key: string;
  value: string;
}

export interface CounterRow {
  name: string;
  value: number;
}

/** A tick that started no attempt. */
export interface SkipRow {
  key: string;
  probe: string;
  tick_at: EpochMs;
  reason: Skip;
  detail: string;
}

/** A tick whose node died before it asked for a code. */
export interface OrphanRow {
  key: string;
  probe: string;
  tick_at: EpochMs;
  location: string;
  account: string;
}

/** `holder` is a process; the fence grows with each change of hands. */
export interface DutyRow {
  name: string;
  holder: string;
  fence: number;
  held_until: EpochMs;
}

export interface FeedRow {
  number: number;
  at: EpochMs;
  event: string;
}
