import type { Attempt, AttemptPlan } from '../domain/attempt.ts';
import type { Hypothesis } from '../domain/detector/hypothesis.ts';
import type { Status } from '../domain/detector/state.ts';
import type { Inventory, ProbeEntry } from '../domain/inventory.ts';
import type { Marks } from '../domain/mark.ts';
import type { Skip, Stage } from '../domain/outcome.ts';
import type { ReceiptRecord } from '../domain/receipt.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Cause } from '../domain/verdict/cause.ts';
import type { Verdict } from '../domain/verdict/verdict.ts';
import type { InboxError } from './inbox.ts';
import type { Usage } from './store.ts';

/** What people see and do while the daemon runs: the port of pages, API and terminal. */
export interface Operations {
  /** Everything that a page shows, as of now. */
  snapshot(): Promise<Snapshot>;
  /** Stored attempts, newest first. */
  attempts(query: { id?: string; probe?: string; since?: EpochMs; limit: number }): Promise<Attempt[]>;
  /** The attempts of the last day in short, by probe, oldest first; cheap to ask for. Read it at once: it goes on. */
  marks(): Promise<Marks>;
  /** Where the attempt failed in a browser, as a PNG with nothing secret on it; null: there is none. */
  screenshot(attempt: string): Promise<Uint8Array | null>;
  /** How verdicts changed, newest first; of one target or of all. */
  verdicts(query: { target?: string; limit: number }): Promise<VerdictChange[]>;
  /** What the provider of the target's sender said of the code of an attempt. */
  receipts(attempt: string): Promise<ReceiptRecord[]>;
  act(command: Command): Promise<ActAnswer>;
}

export type Command =
  | { readonly kind: 'run'; readonly probe: string }
  | { readonly kind: 'pause'; readonly probe: string }
  /** Also ends a maintenance, and lets paused accounts of the probe go on. */
  | { readonly kind: 'resume'; readonly probe: string }
  | { readonly kind: 'maintenance'; readonly probe: string; readonly durationMs: number }
  | { readonly kind: 'reload' };

export type ActAnswer =
  | { readonly done: true; readonly message: string }
  | { readonly done: false; readonly status: 404 | 409 | 422 | 503; readonly message: string };

export const PROBE_STATES = ['active', 'paused', 'maintenance'] as const;
export type ProbeState = (typeof PROBE_STATES)[number];

export interface LiveAttempt {
  readonly plan: AttemptPlan;
  readonly stage: Stage | null;
  readonly stageSince: EpochMs;
  readonly requestedAt: EpochMs | null;
  readonly overdue: boolean;
}

export interface ProbeView extends ProbeEntry {
  readonly state: ProbeState;
  /** End of a maintenance that somebody started; null: there is none, or it is the configuration's. */
  readonly maintenanceUntil: EpochMs | null;
  readonly nextTickAt: EpochMs | null;
  readonly last: Attempt | null;
  /** End of the last attempt that was ok or late. */
  readonly lastSuccessAt: EpochMs | null;
  readonly lastDeliveryMs: number | null;
  readonly lastSkip: { readonly reason: Skip; readonly detail: string; readonly at: EpochMs } | null;
  readonly inFlight: readonly LiveAttempt[];
}

export interface InboxView {
  readonly name: string;
  readonly kind: string;
  readonly up: boolean;
  readonly reason: string;
  readonly lastMessageAt: EpochMs | null;
  /** What went wrong there since this node's start. */
  readonly errors: Readonly<Partial<Record<InboxError, number>>>;
  /** How often one of our own control messages should come; null where none goes there. */
  readonly controlEveryMs: number | null;
}

export interface DetectorView {
  /** A route, or `all` for all routes of the target together. */
  readonly route: string;
  readonly status: Status;
  readonly hypothesis: Hypothesis | null;
  /** Evidence for an outage, in nats; an alarm starts at `threshold`. */
  readonly score: number;
  readonly threshold: number;
  /** Since when codes fail, while there is suspicion. */
  readonly badSince: EpochMs | null;
  /** UTC hours whose usual loss is so high that it no longer alarms. */
  readonly badHours: readonly number[];
}

export interface WatchView {
  readonly verdict: Pick<Verdict, 'cause' | 'subject' | 'posterior' | 'words' | 'missing'>;
  readonly since: EpochMs;
  readonly detectors: readonly DetectorView[];
  /** What the alarm of `all` is about: one route; null: several, or there is none. */
  readonly named: string | null;
}

export interface VerdictChange {
  readonly target: string;
  readonly before: Cause;
  /** As it was at the change; evidence that came later is not in its words. */
  readonly verdict: Pick<Verdict, 'at' | 'cause' | 'subject' | 'posterior' | 'words' | 'missing'> &
    Partial<Pick<Verdict, 'failingSince'>>;
}

export interface Snapshot {
  readonly at: EpochMs;
  readonly version: string;
  readonly ready: { readonly ok: boolean; readonly reasons: readonly string[] };
  readonly inventory: Inventory;
  readonly probes: readonly ProbeView[];
  /** By target: what its detectors and its verdict say. */
  readonly watch: Readonly<Record<string, WatchView>>;
  readonly inboxes: readonly InboxView[];
  readonly usage: Usage;
  /** By target: until when the breaker is open. */
  readonly breakers: Readonly<Record<string, EpochMs>>;
  /** By target/account: until when it is paused, and why. */
  readonly pausedAccounts: Readonly<Record<string, { readonly until: EpochMs; readonly reason: string }>>;
  /** By target/account. */
  readonly backupCodes: Readonly<Record<string, number>>;
}
