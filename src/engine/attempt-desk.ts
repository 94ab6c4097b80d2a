import type { Attempt, AttemptCause, AttemptPlan } from '../domain/attempt.ts';
import { AttemptFailure } from '../domain/failure.ts';
import type { Skip } from '../domain/outcome.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreDown, type Lease, type LeaseBook } from '../ports/store.ts';
import { LEASE_TTL_MS } from './leases.ts';
import type { ProbeAccount, ProbeSpec } from './probe-spec.ts';
import { createAttemptKeys, type AttemptKeys } from './sealing.ts';
import { Wake } from './wake.ts';

/** One wish for an attempt. */
export interface AttemptOrder {
  readonly spec: ProbeSpec;
  /** The accounts that may be used. */
  readonly accounts: readonly ProbeAccount[];
  readonly key: string;
  readonly tickAt: EpochMs;
  readonly cause: AttemptCause;
  /** How long to wait for a free account. */
  readonly patienceMs: number;
}

export type Started =
  | { readonly started: true; readonly plan: AttemptPlan; readonly finished: Promise<Attempt> }
  | { readonly started: false; readonly skip: Skip | 'duplicate'; readonly detail: string };

/** A held account is asked for again at the latest after this, if nobody in this process gave one back. */
const ASK_AGAIN_MS = 1_000;

/** Gives attempts their lease, and knows which are in flight. */
export class AttemptDesk {
  readonly #deps: AttemptDeskDeps;
  readonly #running = new Map<string, { abort: (failure: AttemptFailure) => void; done: Promise<unknown> }>();
  readonly #freed = new Wake();

  constructor(deps: AttemptDeskDeps) {
    this.#deps = deps;
  }

  get inFlight(): number {
    return this.#running.size;
  }

  /** Resolves once the attempt has its lease, or is refused it. Throws only when the signal aborts. */
  async start(order: AttemptOrder, signal: AbortSignal): Promise<Started> {
    const keys = createAttemptKeys();
    const plan = this.#planOf(order);
    const askedMonotonicMs = this.#deps.clock.monotonicMs();
    const endMs = askedMonotonicMs + order.patienceMs;
    for (;;) {
      const freed = this.#freed.next();
      const askedMs = this.#deps.clock.monotonicMs();
      const answer = await this.#ask(order, plan, keys);
      if (answer.lease) return this.#begin(order, plan, answer.lease, { keys, askedMs });
      const waitMs = this.#patience(answer.retryAt, endMs);
      if (waitMs === null) return { started: false, skip: answer.skip, detail: answer.detail };
      await this.#freed.race(freed, (stop) =>
        this.#deps.clock.sleep(waitMs, AbortSignal.any([signal, stop])),
      );
      signal.throwIfAborted();
    }
  }

  /** Ends every attempt in flight as `aborted` and waits until all results are handed in. */
  async stop(): Promise<void> {
    const stopping = new AttemptFailure('aborted', 'the daemon is stopping');
    for (const running of this.#running.values()) running.abort(stopping);
    await Promise.allSettled([...this.#running.values()].map((running) => running.done));
  }

  #planOf(order: AttemptOrder): AttemptWish {
    const { entry } = order.spec;
    return {
      id: this.#deps.newId(),
      key: order.key,
      probe: entry.name,
      target: entry.target,
      factor: entry.factor,
      flow: entry.flow,
      location: this.#deps.location,
      node: this.#deps.node,
      tickAt: order.tickAt,
      startedAt: this.#deps.clock.now(),
      deadlineMs: entry.deadlineMs,
      expiryMs: entry.expiryMs,
      cause: order.cause,
    };
  }

  async #ask(order: AttemptOrder, plan: AttemptWish, keys: AttemptKeys) {
    const { spec } = order;
    try {
      return await this.#deps.leases.acquire({
        plan,
        candidates: order.accounts.map((account) => account.candidate),
        limits: spec.limits,
        cap: spec.cap,
        at: this.#deps.storeNow(),
        ttlMs: LEASE_TTL_MS,
        publicKey: keys.publicKey,
        senders: spec.senders,
        ownSender: spec.ownSender,
      });
    } catch (error) {
      if (!(error instanceof StoreDown)) throw error;
      return { lease: null, skip: 'store_down' as const, retryAt: null, detail: error.message };
    }
  }

  /** How long to wait before asking again; null when the tick's patience would not last. */
  #patience(retryAt: EpochMs | null, endMs: number): number | null {
    if (retryAt === null) return null;
    const leftMs = endMs - this.#deps.clock.monotonicMs();
    const waitMs = Math.max(retryAt - this.#deps.storeNow(), 0) || ASK_AGAIN_MS;
    return waitMs <= leftMs ? waitMs : null;
  }

  #begin(order: AttemptOrder, wish: AttemptWish, lease: Lease, asked: Asked): Started {
    const { account, phone, route } = lease.granted;
    const plan: AttemptPlan = { ...wish, account, phone, route };
    const controller = new AbortController();
    const abort = (failure: AttemptFailure) => controller.abort(failure);
    const finished = this.#deps.run(order, plan, { ...asked, lease, signal: controller.signal, abort });
    this.#running.set(plan.id, { abort, done: finished });
    const forget = () => {
      this.#running.delete(plan.id);
      this.#freed.ring();
    };
    finished.then(forget, forget);
    return { started: true, plan, finished };
  }
}

/** What came of asking for the lease. */
export interface Asked {
  readonly keys: AttemptKeys;
  /** The lease's life counts from when it was asked for. */
  readonly askedMs: number;
}

export interface LeasedRun extends Asked {
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly abort: (failure: AttemptFailure) => void;
}

type AttemptWish = Omit<AttemptPlan, 'account' | 'phone' | 'route'>;

export interface AttemptDeskDeps {
  readonly leases: LeaseBook;
  readonly clock: Clock;
  readonly storeNow: () => EpochMs;
  readonly newId: () => string;
  readonly node: string;
  readonly location: string;
  /** Runs a leased attempt to its end and hands in its result. */
  readonly run: (order: AttemptOrder, plan: AttemptPlan, leased: LeasedRun) => Promise<Attempt>;
}
