import { AttemptFailure } from '../domain/failure.ts';
import type { Inventory } from '../domain/inventory.ts';
import { SECOND, type EpochMs, type PhoneNumber } from '../domain/units.ts';
import { AttemptDesk } from '../engine/attempt-desk.ts';
import { createHandIn } from '../engine/hand-in.ts';
import { runLeased } from '../engine/leased-attempt.ts';
import { LeaseKeeper } from '../engine/leases.ts';
import { Mailroom } from '../engine/mailroom.ts';
import { NodeRegistry } from '../engine/node-registry.ts';
import { createNotify, type Notify } from '../engine/notify.ts';
import type { ProbeSpec } from '../engine/probe-spec.ts';
import { Receipts } from '../engine/receipts.ts';
import { Reception } from '../engine/reception.ts';
import { Scheduler } from '../engine/scheduler.ts';
import { steadyTime } from '../engine/steady.ts';
import { createSkipKeeper } from '../engine/skip-keeper.ts';
import { NO_HAND_OVER, Sweeper, type HandOver } from '../engine/sweeper.ts';
import { Probing } from '../engine/watch/probing.ts';
import { SharedWatch } from '../engine/watch/shared-watch.ts';
import type { WatchSettings } from '../engine/watch/watch-parts.ts';
import { Watch } from '../engine/watch/watch.ts';
import type { Watching } from '../engine/watch/watching.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { Logger } from '../ports/logger.ts';
import type { Observer } from '../ports/observer.ts';
import type { Shared } from '../ports/shared.ts';
import { StoreDown, type Store } from '../ports/store.ts';
import type { Ticker } from '../ports/ticker.ts';
import { stockOf } from './stock.ts';

/** How long the results of a stopping daemon wait for a store that is away. */
const LAST_RESULTS_MS = 15 * SECOND;
/** The net under what other nodes say. */
const LOOK_EVERY_MS = SECOND;
const ATTEMPT_TOPIC = 'attempt ';

export interface EngineDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly logger: Logger;
  readonly observers: readonly Observer[];
  readonly boot: string;
  readonly node: string;
  readonly location: string;
  readonly newId: () => string;
  /** What other nodes that use the same store share with this one; null: there are none. */
  readonly shared: Shared | null;
  /** Throws `aborted` when this node reaches nothing at all; null: there is no canary. */
  readonly canary: ((signal: AbortSignal) => Promise<void>) | null;
}

/** What a configuration gives the engine to work with. */
export interface EngineWork {
  readonly inventory: Inventory;
  readonly specs: readonly ProbeSpec[];
  readonly inboxes: ReadonlyMap<string, Inbox>;
  readonly numbers: ReadonlyMap<PhoneNumber, string>;
  readonly watch: Omit<WatchSettings, 'hasCanary'>;
}

/** The engine, wired: everything between a tick or a message and a verdict. */
export class Engine {
  readonly notify: Notify;
  readonly mailroom: Mailroom;
  readonly scheduler: Scheduler;
  readonly desk: AttemptDesk;
  readonly watch: Watching;
  readonly sweeper: Sweeper;
  readonly reception: Reception;
  readonly receipts: Receipts;
  readonly #leases: LeaseKeeper;
  readonly #nodes: NodeRegistry | null;
  readonly #deps: EngineDeps;
  readonly #storeNow: () => EpochMs;
  readonly #giveUp = new AbortController();
  readonly #stopping = new AbortController();
  readonly #noNewTicks = new AbortController();
  readonly #loops: Promise<unknown>[] = [];
  #queueing: Promise<void> = Promise.resolve();
  #specs: readonly ProbeSpec[] = [];

  constructor(deps: EngineDeps) {
    const { store, clock, logger } = deps;
    this.#deps = deps;
    // Where nodes share a store its time is theirs; a wall clock would count for this node alone.
    this.#storeNow = deps.shared ? () => clock.now() : steadyTime(clock);
    const storeNow = this.#storeNow;
    // The watch comes last: what it makes of an event is told after the event itself.
    const watching: Observer = { observe: (event) => this.watch.observe(event) };
    const judging: Observer = { observe: (event) => this.receipts.observe(event) };
    this.notify = createNotify([...deps.observers, watching, judging], logger);
    const common = { store, clock, logger, storeNow, notify: this.notify };
    this.#leases = new LeaseKeeper({ ...common, leases: store.leases });
    this.mailroom = new Mailroom({ messages: store.messages, notify: this.notify });
    this.reception = new Reception({ ...common, mailroom: this.mailroom });
    this.#nodes = deps.shared && new NodeRegistry({ ...deps, state: store.state });
    this.sweeper = new Sweeper({ ...common, handOver: this.#handOver() });
    this.receipts = new Receipts({ ...common, ...store, now: storeNow });
    this.desk = this.#createDesk(common);
    this.scheduler = this.#createScheduler();
    const run = (spec: ProbeSpec, accounts: ProbeSpec['accounts']) =>
      this.scheduler.run(spec, 'confirmation', accounts);
    const probing = new Probing({ clock, notify: this.notify, specs: () => this.#specs, run });
    const askCanary = () => void this.#preflight(this.#stopping.signal).catch(() => undefined);
    const watch = { ...common, probing, askCanary };
    const { shared, boot } = deps;
    this.watch = shared ? new SharedWatch({ ...watch, wakes: shared.wakes, boot }) : new Watch(watch);
  }

  get keepers() {
    return this.reception.keepers;
  }

  /** Ends what an earlier process of this node left behind, or what dead nodes left, and starts the loops. */
  async start(): Promise<void> {
    const { shared } = this.#deps;
    await this.sweeper.sweep(shared ? undefined : Number.MAX_SAFE_INTEGER);
    const { signal } = this.#stopping;
    if (shared) await this.#join(shared, signal);
    this.#loops.push(this.#leases.run(signal), this.sweeper.run(signal), this.watch.run(signal));
  }

  /** Becomes one of the nodes that share the store. */
  async #join(shared: Shared, signal: AbortSignal): Promise<void> {
    const nodes = this.#nodes;
    if (!nodes) return;
    await nodes.say();
    const mine = () => [this.#deps.location, ...nodes.deserted];
    const deaf = shared.wakes.on((topic) => {
      if (topic === null) this.mailroom.wake(null);
      else if (topic.startsWith(ATTEMPT_TOPIC)) this.mailroom.wake(topic.slice(ATTEMPT_TOPIC.length));
    });
    signal.addEventListener('abort', deaf, { once: true });
    this.#loops.push(nodes.run(signal));
    this.#queueing = shared.queue.work(mine, (tick) => this.scheduler.take(tick), this.#noNewTicks.signal);
  }

  /** Takes a configuration into use; attempts in flight keep what they began with. */
  async apply(work: EngineWork): Promise<void> {
    this.#specs = work.specs;
    this.mailroom.route(work.numbers);
    this.receipts.route(work.numbers);
    this.reception.receive(work.inboxes);
    await this.watch.configure(work.inventory, { ...work.watch, hasCanary: this.#deps.canary !== null });
  }

  /** No new attempts; those in flight end as `aborted`, and their results are kept. */
  async stop(): Promise<void> {
    this.#noNewTicks.abort(new Error('the daemon is stopping'));
    await this.scheduler.stop();
    await this.#queueing;
    const patience = this.#deps.clock.sleep(LAST_RESULTS_MS, this.#stopping.signal).then(
      () => this.#giveUp.abort(new StoreDown('the store stayed away while the daemon stopped')),
      () => undefined,
    );
    await this.desk.stop();
    this.#stopping.abort(new Error('the daemon is stopping'));
    await Promise.allSettled([this.reception.stop(), ...this.#loops, patience]);
  }

  #createDesk(common: CommonDeps): AttemptDesk {
    const { store } = common;
    const attempt = {
      ...common,
      boot: this.#deps.boot,
      lookEveryMs: this.#deps.shared ? LOOK_EVERY_MS : Infinity,
      leases: this.#leases,
      mailroom: this.mailroom,
      handIn: createHandIn({ ...common, attempts: store.attempts, giveUp: this.#giveUp.signal }),
      reception: this.reception,
      preflight: (signal: AbortSignal) => this.#preflight(signal),
    };
    return new AttemptDesk({
      ...this.#deps,
      storeNow: common.storeNow,
      leases: store.leases,
      run: (order, plan, leased) => runLeased(attempt, order, plan, leased),
    });
  }

  #createScheduler(): Scheduler {
    const { shared, store, clock } = this.#deps;
    return new Scheduler({
      ...this.#deps,
      notify: this.notify,
      desk: this.desk,
      state: this.#deps.store.state,
      locations: () => this.#nodes?.locations ?? [this.#deps.location],
      queue: shared?.queue ?? null,
      keepSkip: shared
        ? createSkipKeeper({ ticks: store.ticks, clock, giveUp: this.#stopping.signal })
        : () => Promise.resolve(true),
      inboxUp: (inbox) => this.reception.isUp(inbox),
      stockOf: (spec) => this.#stock(spec),
    });
  }

  #handOver(): HandOver {
    const { shared, store } = this.#deps;
    if (!shared) return NO_HAND_OVER;
    return {
      latest: () => this.scheduler.latest,
      putOrphans: async () => {
        for (const { key, probe, tickAt, location, account } of await store.ticks.orphans()) {
          await shared.queue.put({ key, probe, tickAt, location, handedOver: { account } });
        }
      },
    };
  }

  /** Asks the canary, and lets the watch know: a node that reaches nothing blames nobody. */
  async #preflight(signal: AbortSignal): Promise<void> {
    const { canary } = this.#deps;
    if (!canary) return;
    try {
      await canary(signal);
      this.watch.canary(true);
    } catch (error) {
      if (error instanceof AttemptFailure && !signal.aborted) this.watch.canary(false);
      throw error;
    }
  }

  async #stock(spec: ProbeSpec): Promise<number | null> {
    const stocks = await stockOf(spec, this.#deps.store.state);
    const counts = Object.values(stocks);
    return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
  }
}

interface CommonDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly storeNow: () => EpochMs;
  readonly notify: Notify;
}
