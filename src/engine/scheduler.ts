import type { Attempt, AttemptCause } from '../domain/attempt.ts';
import type { Skip } from '../domain/outcome.ts';
import { isMissed, jitterOf, missedAfterMs, placeOf, tickKey } from '../domain/schedule.ts';
import { refuseTick, type TickFacts, type TickRefusal } from '../domain/tick.ts';
import { SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { StoreDown, type SkippedTick, type StateBook } from '../ports/store.ts';
import type { QueuedTick, TickQueue } from '../ports/tick-queue.ts';
import type { Ticker } from '../ports/ticker.ts';
import type { AttemptDesk, Started } from './attempt-desk.ts';
import type { Notify } from './notify.ts';
import type { ProbeAccount, ProbeSpec } from './probe-spec.ts';
import { readSwitch } from './probe-switch.ts';

/** How long a tick waits for a free account. */
const PATIENCE_MS = 30 * SECOND;
/** A queue that is away is asked again until the tick would be too late. */
const ASK_QUEUE_AGAIN_MS = SECOND;

/**
 * Turns ticks into attempts or skips. Nothing is made up for: a tick that cannot start is counted and gone. A lone node
 * takes its ticks itself; nodes that share a store put them into a queue, and take those that the queue gives them.
 */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #stops = new Map<string, () => void>();
  readonly #stopping = new AbortController();
  readonly #pending = new Set<Promise<unknown>>();
  #followed: ReadonlyMap<string, ProbeSpec> = new Map();
  /** Numbers the attempts outside the schedule, so that two of one instant are two. */
  #extra = 0;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  /** Follows these probes from now on; ticks that have begun keep what they began with. */
  follow(specs: readonly ProbeSpec[]): void {
    this.#unfollow();
    if (this.#stopping.signal.aborted) return;
    this.#followed = new Map(specs.map((spec) => [spec.entry.name, spec]));
    for (const spec of specs) {
      const stop = this.#deps.ticker.start(spec.schedule, (tickAt) => this.#onTick(spec, tickAt));
      this.#stops.set(spec.entry.name, stop);
    }
  }

  /** A tick that the queue gives us. Rejects when it is for another node to take. */
  async take(tick: QueuedTick): Promise<void> {
    const spec = this.#followed.get(tick.probe);
    if (!spec) throw new Error(`the probe ${tick.probe} is not configured on this node`);
    const work = this.#take(spec, tick);
    this.#track(work.catch(() => undefined));
    await work;
  }

  /** Ends all schedules; ticks that still wait for an account are skipped as `shutdown`, or given back. */
  async stop(): Promise<void> {
    this.#unfollow();
    this.#stopping.abort(new Error('the daemon is stopping'));
    await Promise.allSettled(this.#pending);
  }

  /** One attempt outside the schedule. Limits, leases and the cap hold; pauses do not. */
  run(
    spec: ProbeSpec,
    cause: AttemptCause,
    accounts: readonly ProbeAccount[] = spec.accounts,
  ): Promise<Started> {
    const tickAt = this.#deps.clock.now();
    this.#extra += 1;
    const key = [
      tickKey(spec.entry.name, tickAt, this.#deps.location),
      cause,
      this.#deps.node,
      this.#extra,
    ].join('|');
    const order = { spec, accounts, key, tickAt, cause, patienceMs: 0 };
    return this.#deps.desk.start(order, this.#stopping.signal);
  }

  /** By probe: how old a tick may be, its jitter included, to be taken all the same. */
  get latest(): Record<string, number> {
    const entries = [...this.#followed.values()].map(({ entry, jitterMs }) => [
      entry.name,
      jitterMs + missedAfterMs(entry.intervalMs),
    ]);
    return Object.fromEntries(entries) as Record<string, number>;
  }

  #unfollow(): void {
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }

  #onTick(spec: ProbeSpec, tickAt: EpochMs): void {
    const tick = this.#tickOf(spec, tickAt);
    if (!tick) return;
    const work = this.#offer(spec, tick).catch((error: unknown) => {
      this.#deps.logger.log('error', 'tick_failed', { probe: spec.entry.name, error });
    });
    this.#track(work);
  }

  #track(work: Promise<unknown>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  /** Null: the tick is none of ours. A tick that is spread has one key wherever it is taken. */
  #tickOf(spec: ProbeSpec, tickAt: EpochMs): QueuedTick | null {
    const { location, locations, queue } = this.#deps;
    const { name, intervalMs } = spec.entry;
    const isSpread = spec.locations === 'spread';
    const turn = placeOf({ at: tickAt, intervalMs }, location, spec.locations, locations());
    if (turn === null || (turn !== location && !queue)) return null;
    const key = tickKey(name, tickAt, queue && isSpread ? 'spread' : location);
    return { key, probe: name, tickAt, location: turn, handedOver: null };
  }

  async #offer(spec: ProbeSpec, tick: QueuedTick): Promise<void> {
    const { clock, queue } = this.#deps;
    const { signal } = this.#stopping;
    const dueAt = tick.tickAt + jitterOf(tick.key, spec.jitterMs);
    await clock.sleep(dueAt - clock.now(), signal).catch(() => undefined);
    if (!queue) return this.#take(spec, tick);
    while (!signal.aborted) {
      try {
        await queue.put(tick);
        return;
      } catch (error) {
        if (!(error instanceof StoreDown)) throw error;
        const refusal = { skip: 'store_down' as const, detail: error.message };
        if (isMissed(clock.now() - dueAt, spec.entry.intervalMs)) return this.#skip(tick, spec, refusal);
        await clock.sleep(ASK_QUEUE_AGAIN_MS, signal).catch(() => undefined);
      }
    }
  }

  async #take(spec: ProbeSpec, tick: QueuedTick): Promise<void> {
    const { clock, notify, queue, location } = this.#deps;
    const { name } = spec.entry;
    if (spec.locations !== 'spread' && tick.location !== location) {
      const detail = `no node lives in location ${tick.location}`;
      return this.#skip(tick, spec, { skip: 'missed', detail });
    }
    const lateMs = clock.now() - tick.tickAt - jitterOf(tick.key, spec.jitterMs);
    const refusal = await this.#refusal(spec, tick.tickAt, lateMs);
    if (refusal && queue && GIVEN_BACK.has(refusal.skip)) throw new Error(refusal.detail);
    if (refusal) return this.#skip(tick, spec, refusal);
    notify({ kind: 'tick_taken', probe: name, lagMs: Math.max(0, lateMs) });
    const only = tick.handedOver?.account ?? null;
    const accounts = spec.accounts.filter(({ candidate }) => only === null || candidate.account === only);
    const shares = spec.rotation === 'all' ? accounts.map((account) => [account]) : [spec.accounts];
    const ordered = await Promise.allSettled(shares.map((share) => this.#order(spec, tick, share)));
    const failed = ordered.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #refusal(spec: ProbeSpec, tickAt: EpochMs, lateMs: number) {
    const { name, intervalMs } = spec.entry;
    const stopping = this.#stopping.signal.aborted;
    try {
      const set = await readSwitch(this.#deps.state, name);
      const facts: TickFacts = {
        stopping,
        lateMs,
        intervalMs,
        paused: set.paused,
        maintenance: this.inMaintenance(spec, set.maintenanceUntil, tickAt),
        blind: this.#blind(spec),
        stock: await this.#deps.stockOf(spec),
      };
      return refuseTick(facts);
    } catch (error) {
      if (!(error instanceof StoreDown)) throw error;
      return { skip: 'store_down' as const, detail: error.message };
    }
  }

  /** Whether the probe rests, by its configuration or by hand. */
  inMaintenance(spec: ProbeSpec, until: EpochMs | null, at: EpochMs): boolean {
    if (until !== null && at < until) return true;
    return spec.maintenance.some((window) =>
      this.#deps.ticker.firedWithin(window.schedule, window.durationMs, at),
    );
  }

  /** Set when no account's inbox can be read: a code would be asked for that we could not see. */
  #blind(spec: ProbeSpec): string | null {
    const inboxes = [...new Set(spec.accounts.map((account) => account.inbox))];
    if (!spec.entry.delivered || inboxes.some((inbox) => this.#deps.inboxUp(inbox))) return null;
    return inboxes.join(', ');
  }

  async #order(spec: ProbeSpec, tick: QueuedTick, all: readonly ProbeAccount[]): Promise<void> {
    const { desk, queue } = this.#deps;
    const readable = all.filter((account) => !spec.entry.delivered || this.#deps.inboxUp(account.inbox));
    const part = spec.rotation === 'all' ? all[0]?.candidate.account : undefined;
    // What is handed over names the part already.
    const key = tick.handedOver || part === undefined ? tick.key : `${tick.key}|${part}`;
    const { tickAt } = tick;
    const order = {
      spec,
      accounts: readable,
      key,
      tickAt,
      cause: 'schedule',
      patienceMs: PATIENCE_MS,
    } as const;
    try {
      const started = await desk.start(order, this.#stopping.signal);
      if (started.started) this.#watch(started.finished, spec.entry.name);
      else if (queue && GIVEN_BACK.has(started.skip)) throw new Error(started.detail);
      else if (started.skip !== 'duplicate') {
        await this.#skip({ ...tick, key }, spec, { skip: started.skip, detail: started.detail });
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted || queue) throw error;
      await this.#skip(tick, spec, { skip: 'shutdown', detail: 'the daemon is stopping' });
    }
  }

  #watch(finished: Promise<Attempt>, probe: string): void {
    finished.catch((error: unknown) => {
      this.#deps.logger.log('error', 'attempt_failed', { probe, error });
    });
  }

  /** Nobody is told of a skip where another node has decided the tick. */
  async #skip({ key, tickAt }: QueuedTick, spec: ProbeSpec, refusal: TickRefusal): Promise<void> {
    const { name, target } = spec.entry;
    const { skip: reason, detail } = refusal;
    const isOurs = await this.#deps.keepSkip({ key, probe: name, tickAt, reason, detail });
    if (isOurs) this.#deps.notify({ kind: 'tick_skipped', probe: name, target, reason, detail, tickAt });
  }
}

/** Another node may well do what this one cannot. */
const GIVEN_BACK: ReadonlySet<string> = new Set<Skip>(['shutdown', 'store_down']);

export interface SchedulerDeps {
  readonly ticker: Ticker;
  readonly clock: Clock;
  readonly desk: AttemptDesk;
  readonly state: StateBook;
  readonly notify: Notify;
  readonly logger: Logger;
  readonly node: string;
  readonly location: string;
  /** Locations that have a living node. */
  readonly locations: () => readonly string[];
  /** Null: this node takes all ticks itself. */
  readonly queue: Pick<TickQueue, 'put'> | null;
  /** Whether the tick is ours to skip: false when another node has decided it. */
  readonly keepSkip: (skip: SkippedTick) => Promise<boolean>;
  readonly inboxUp: (inbox: string | null) => boolean;
  /** Backup codes left over the probe's accounts; null where codes never run out. */
  readonly stockOf: (spec: ProbeSpec) => Promise<number | null>;
}
