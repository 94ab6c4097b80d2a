import type { Inbox } from '../ports/inbox.ts';
import { AttemptDesk } from '../engine/attempt-desk.ts';
import { createHandIn, settledEvent } from '../engine/hand-in.ts';
import { runLeased } from '../engine/leased-attempt.ts';
import { LeaseKeeper } from '../engine/leases.ts';
import { Mailroom } from '../engine/mailroom.ts';
import type { Notify } from '../engine/notify.ts';
import { InboxKeeper } from '../engine/receiving.ts';
import { Scheduler } from '../engine/scheduler.ts';
import { steadyTime } from '../engine/steady.ts';
import type { ProbeSpec } from '../engine/probe-spec.ts';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { StoreDown, type Store } from '../ports/store.ts';
import type { Ticker } from '../ports/ticker.ts';
import { stockOf } from './stock.ts';

const SWEEP_EVERY_MS = 5 * SECOND;

export interface EngineDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly logger: Logger;
  readonly notify: Notify;
  readonly boot: string;
  readonly node: string;
  readonly location: string;
  readonly newId: () => string;
  /** Checks that this node can reach anything at all; throws `aborted`. */
  readonly preflight: (signal: AbortSignal) => Promise<void>;
}

/** The engine, wired: everything between a tick or a message and a finished attempt. */
export class Engine {
  readonly mailroom: Mailroom;
  readonly scheduler: Scheduler;
  readonly desk: AttemptDesk;
  readonly keepers = new Map<string, InboxKeeper>();
  storeDown: string | null = null;
  readonly #leases: LeaseKeeper;
  readonly #deps: EngineDeps;
  readonly #storeNow: () => number;
  readonly #giveUp = new AbortController();
  readonly #stopping = new AbortController();
  #inboxes = new AbortController();
  readonly #loops: Promise<unknown>[] = [];

  constructor(deps: EngineDeps) {
    const { store, clock, logger, notify, boot } = deps;
    this.#deps = deps;
    const storeNow = steadyTime(clock);
    this.#storeNow = storeNow;
    const leases = new LeaseKeeper({ leases: store.leases, clock, storeNow, logger });
    const mailroom = new Mailroom({ messages: store.messages, notify });
    const handIn = createHandIn({
      attempts: store.attempts,
      notify,
      clock,
      logger,
      giveUp: this.#giveUp.signal,
    });
    const lookInto = (inbox: string | null, signal: AbortSignal) => this.#lookInto(inbox, signal);
    const { preflight } = deps;
    const attemptDeps = {
      store,
      leases,
      mailroom,
      clock,
      storeNow,
      notify,
      boot,
      handIn,
      lookInto,
      preflight,
    };
    this.#leases = leases;
    this.mailroom = mailroom;
    this.desk = new AttemptDesk({
      ...deps,
      storeNow,
      leases: store.leases,
      run: (order, plan, leased) => runLeased(attemptDeps, order, plan, leased),
    });
    this.scheduler = new Scheduler({
      ...deps,
      desk: this.desk,
      state: store.state,
      locations: () => [deps.location],
      inboxUp: (inbox) => inbox === null || (this.keepers.get(inbox)?.up ?? false),
      stockOf: (spec) => this.#stock(spec),
    });
  }

  /** Ends what an earlier process of this node left behind, and starts the loops. */
  async start(): Promise<void> {
    await this.#sweep(Number.MAX_SAFE_INTEGER);
    const { signal } = this.#stopping;
    this.#loops.push(this.#leases.run(signal), this.#sweepLoop(signal));
  }

  /** Reads these inboxes from now on. */
  receive(inboxes: ReadonlyMap<string, Inbox>): void {
    this.#inboxes.abort(new Error('the configuration changed'));
    this.#inboxes = new AbortController();
    const { clock, notify, logger } = this.#deps;
    this.keepers.clear();
    for (const [name, inbox] of inboxes) {
      const accept = (messages: Parameters<Mailroom['accept']>[0]) => this.mailroom.accept(messages);
      const keeper = new InboxKeeper(name, { inbox, accept, clock, notify, logger });
      this.keepers.set(name, keeper);
      this.#loops.push(keeper.run(this.#inboxes.signal));
    }
  }

  /** No new attempts; those in flight end as `aborted`, and their results are kept. */
  async stop(): Promise<void> {
    await this.scheduler.stop();
    const patience = this.#deps.clock.sleep(15 * SECOND, this.#stopping.signal).then(
      () => this.#giveUp.abort(new StoreDown('the store stayed away while the daemon stopped')),
      () => undefined,
    );
    await this.desk.stop();
    this.#inboxes.abort(new Error('the daemon is stopping'));
    this.#stopping.abort(new Error('the daemon is stopping'));
    await Promise.allSettled([...this.#loops, patience]);
  }

  async #lookInto(inbox: string | null, signal: AbortSignal): Promise<boolean> {
    return inbox === null ? true : ((await this.keepers.get(inbox)?.look(signal)) ?? false);
  }

  async #stock(spec: ProbeSpec): Promise<number | null> {
    const stocks = await stockOf(spec, this.#deps.store.state);
    const counts = Object.values(stocks);
    return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
  }

  async #sweepLoop(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      await clock.sleep(SWEEP_EVERY_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.#watchStore(() => this.#sweep(this.#storeNow()));
    }
  }

  async #sweep(at: number): Promise<void> {
    const { store, notify } = this.#deps;
    for (const { attempt, settled } of await store.attempts.sweep(at)) {
      notify({ kind: 'attempt_finished', attempt });
      for (const one of settled) notify(settledEvent(one));
    }
  }

  /** The sweeper also finds out whether the store can be written. */
  async #watchStore(work: () => Promise<void>): Promise<void> {
    const before = this.storeDown;
    try {
      await work();
      this.storeDown = null;
    } catch (error) {
      if (!(error instanceof StoreDown)) throw error;
      this.storeDown = error.message;
    }
    if ((before === null) === (this.storeDown === null)) return;
    this.#deps.notify({ kind: 'store_changed', up: this.storeDown === null, reason: this.storeDown ?? '' });
  }
}
