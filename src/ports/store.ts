import type { Attempt } from '../domain/attempt.ts';
import type { Candidate, LeaseRequest } from '../domain/lease.ts';
import type { InboundMessage, StoredMessage } from '../domain/message.ts';
import type { Disposition, Skip } from '../domain/outcome.ts';
import type { Stamp } from '../domain/stamp.ts';
import type { EpochMs, Micros } from '../domain/units.ts';
import type { FactorLedger } from './second-factor.ts';

/**
 * All that outlives a process. Every method is one transaction, durable when it resolves; each throws
 * a StoreDown when the store cannot be reached or written.
 */
export interface Store {
  readonly leases: LeaseBook;
  readonly attempts: AttemptBook;
  readonly messages: MessageBook;
  readonly state: StateBook;
  readonly ticks: TickBook;
  readonly duties: DutyBook;
  readonly feed: FeedBook;
  close(): Promise<void>;
}

/** A store that is only looked at, also while a daemon works on it. */
export interface StoreReader {
  readonly attempts: Pick<AttemptBook, 'find'>;
  readonly state: Pick<StateBook, 'read' | 'usage'>;
  close(): Promise<void>;
}

export class StoreDown extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreDown';
  }
}

/** A claim on an account and its phone. The fence grows with every lease; an old one is refused everywhere. */
export interface Lease {
  readonly attempt: string;
  readonly fence: number;
  readonly granted: Candidate;
  /** A code of this phone was lost within the last hour and never came. */
  readonly unresolvedLoss: boolean;
}

export type LeaseAnswer =
  | { readonly lease: Lease }
  | {
      readonly lease: null;
      /** `duplicate`: this tick already has its attempt; not a skip. */
      readonly skip: Skip | 'duplicate';
      readonly retryAt: EpochMs | null;
      readonly detail: string;
    };

export interface LeaseBook {
  /** Decides (decideLease), takes account and phone, counts the start and the send, reserves the cost, keeps the attempt as running. */
  acquire(request: LeaseRequest): Promise<LeaseAnswer>;
  /** Prolongs the leases that still are ours; answers the attempts whose lease is lost. */
  renew(leases: readonly Pick<Lease, 'attempt' | 'fence'>[], until: EpochMs, at: EpochMs): Promise<string[]>;
  /**
   * May a side effect that takes up to `timeoutMs` begin? False when the lease is lost or ends before.
   * With `request`, also sets t0 and commits the reserved cost, before the code is asked for.
   */
  permit(
    lease: Pick<Lease, 'attempt' | 'fence'>,
    ask: { readonly at: EpochMs; readonly timeoutMs: number; readonly request: RequestMark | null },
  ): Promise<boolean>;
}

export interface RequestMark {
  readonly t0: Stamp;
  readonly expiryMs: number;
}

/** How a finished attempt leaves its phone and its messages. */
export interface Settlement {
  readonly fence: number;
  readonly messages: readonly { readonly id: string; readonly disposition: Disposition }[];
}

export interface AttemptQuery {
  readonly id?: string;
  readonly probe?: string;
  readonly target?: string;
  readonly since?: EpochMs;
  /** Only those that come after this one: the next page. */
  readonly after?: Pick<Attempt, 'id' | 'finishedAt'>;
  /** Newest first; at most this many. */
  readonly limit: number;
}

/** A message that was settled when its attempt ended. */
export interface SettledMessage {
  readonly message: StoredMessage;
  readonly disposition: Disposition;
}

export interface FinishAnswer {
  /** False when the lease was lost: another has already ended this attempt. */
  readonly stored: boolean;
  readonly settled: readonly SettledMessage[];
}

export interface AttemptBook {
  /**
   * Keeps the attempt, gives back the lease (or lets the phone rest after a lost code), releases an unspent
   * reservation, settles its messages, and moves the target's breaker and the account's pause.
   */
  finish(attempt: Attempt, settlement: Settlement): Promise<FinishAnswer>;
  find(query: AttemptQuery): Promise<Attempt[]>;
  /**
   * Ends, as `aborted`, the attempts whose lease ran out at `at`; a code that they asked for becomes unmeasured. They
   * end with their lease, but not after `now`: who holds the store alone sweeps leases that still run. `handOver`, by
   * probe: how old a tick may be whose attempt, as it asked for no code, is forgotten so that another node takes the tick.
   */
  sweep(at: EpochMs, now?: EpochMs, handOver?: Readonly<Record<string, number>>): Promise<SweptAttempt[]>;
  /** What is known of attempts, finished or running; unknown ones are left out. */
  trace(ids: readonly string[]): Promise<Readonly<Record<string, AttemptTrace>>>;
  /** Forgets attempts and settled messages from before; what limits, spend and rests are counted from stays. */
  prune(before: EpochMs): Promise<Pruned>;
}

export interface SweptAttempt {
  readonly attempt: Attempt;
  readonly settled: readonly SettledMessage[];
  /** Its tick waits for another node; the attempt itself was not kept. */
  readonly handedOver: boolean;
}

/** One of both is null. */
export interface AttemptTrace {
  readonly finished: Attempt | null;
  readonly leaseUntil: EpochMs | null;
}

/** How many were forgotten. */
export interface Pruned {
  readonly attempts: number;
  readonly messages: number;
}

/** A message as it goes to the store: without its text, or with the text sealed to one attempt. */
export interface MessageEntry {
  readonly message: Omit<InboundMessage, 'body' | 'to'>;
  readonly phone: string | null;
  readonly sealed: { readonly attempt: string; readonly box: Uint8Array } | null;
}

export type RecordAnswer =
  /** Durable. `disposition` null: given to the attempt, which settles it. */
  | {
      readonly kind: 'recorded';
      readonly id: string;
      readonly attempt: string | null;
      readonly disposition: Disposition | null;
      /** It belongs to a code that was given up: it came after its expiry. */
      readonly afterExpiry: {
        readonly probe: string;
        readonly target: string;
        readonly route: string | null;
      } | null;
    }
  /** The provider delivered this message before; nothing was added. */
  | { readonly kind: 'known' }
  /** Nothing was stored: seal the text to this key and ask again. */
  | { readonly kind: 'seal'; readonly attempt: string; readonly publicKey: string };

export interface MessageBook {
  /** Decides whose it is (matchMessage) and keeps it. */
  record(entry: MessageEntry): Promise<RecordAnswer>;
  /** All that came for the attempt, read or not, messages of wrong senders among them; oldest first. */
  addressed(attempt: string): Promise<StoredMessage[]>;
  /** Of each inbox: when the last message came. */
  lastArrivals(): Promise<Readonly<Record<string, EpochMs>>>;
}

/** Small facts by key: pauses, breakers, detector states, ledgers. Values are JSON. */
export interface StateBook extends FactorLedger {
  /** All entries whose key starts with `prefix`. */
  read(prefix: string): Promise<Readonly<Record<string, unknown>>>;
  /** null removes the key. */
  write(entries: Readonly<Record<string, unknown>>): Promise<void>;
  /** Counts and sums of the moment, for metrics and pages. */
  usage(at: EpochMs): Promise<Usage>;
}

export interface Usage {
  /** By target. */
  readonly starts: Readonly<Record<string, { readonly hour: number; readonly day: number }>>;
  /** Spent and reserved in this UTC month. */
  readonly spent: Micros;
  readonly leases: { readonly account: number; readonly phone: number };
  /** By phone: until when it rests. */
  readonly quarantines: Readonly<Record<string, EpochMs>>;
}

/** Each tick ends in one attempt or one skip, whichever nodes have a hand in it. */
export interface TickBook {
  /** Keeps that the tick starts no attempt; false when it has its attempt, or its skip, already. */
  skip(tick: SkippedTick): Promise<boolean>;
  /** Ticks that a dead node left, until they have an attempt or a skip. */
  orphans(): Promise<OrphanTick[]>;
  /** Kept skips since then, oldest first. */
  skipped(since: EpochMs): Promise<SkippedTick[]>;
}

export interface SkippedTick {
  readonly key: string;
  readonly probe: string;
  readonly tickAt: EpochMs;
  readonly reason: Skip;
  readonly detail: string;
}

export interface OrphanTick {
  readonly key: string;
  readonly probe: string;
  readonly tickAt: EpochMs;
  readonly location: string;
  readonly account: string;
}

/** What one node at a time does for all, such as watching the targets. */
export interface DutyBook {
  /** Takes or keeps the duty; its fence, which grows with each change of hands, or null while another has it. */
  hold(claim: DutyClaim): Promise<number | null>;
  /** Writes state and trims the feed up to `fed`, if the duty is still held with this fence; else nothing, and false. */
  write(duty: Duty, entries: Readonly<Record<string, unknown>>, fed: number): Promise<boolean>;
  /** Gives it back before it runs out. */
  release(duty: Duty): Promise<void>;
}

export interface Duty {
  readonly name: string;
  readonly fence: number;
}

export interface DutyClaim {
  readonly name: string;
  /** Names the process. */
  readonly holder: string;
  readonly at: EpochMs;
  readonly ttlMs: number;
}

/** What happens on all nodes, in one order, for the one that has the duty to watch. */
export interface FeedBook {
  append(entries: readonly FeedItem[]): Promise<void>;
  /** Oldest first, those after the number `after`. */
  read(after: number, limit: number): Promise<FeedEntry[]>;
}

export interface FeedItem {
  readonly at: EpochMs;
  /** JSON. */
  readonly event: unknown;
}

export interface FeedEntry extends FeedItem {
  readonly number: number;
}
