import type { Attempt, AttemptCause } from '../domain/attempt.ts';
import { jitterOf, runsHere, tickKey } from '../domain/schedule.ts';
import { refuseTick, type TickFacts, type TickRefusal } from '../domain/tick.ts';
import { SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { StoreDown, type StateBook } from '../ports/store.ts';
import type { Ticker } from '../ports/ticker.ts';
import type { AttemptDesk, Started } from './attempt-desk.ts';
import type { Notify } from './notify.ts';
import type { ProbeAccount, ProbeSpec } from './probe-spec.ts';
import { readSwitch } from './probe-switch.ts';

/** How long a tick waits for a free account. */
const PATIENCE_MS = 30 * SECOND;

/** Turns ticks into attempts or skips. Nothing is made up for: a tick that cannot start is counted and gone. */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #stops = new Map<string, () => void>();
  readonly #stopping = new AbortController();
  readonly #pending = new Set<Promise<unknown>>();
  /** Numbers the attempts outside the schedule, so that two of one instant are two. */
  #extra = 0;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  /** Follows these probes from now on; ticks that have begun keep what they began with. */
  follow(specs: readonly ProbeSpec[]): void {
    this.#unfollow();
    if (this.#stopping.signal.aborted) return;
    for (const spec of specs) {
      const stop = this.#deps.ticker.start(spec.schedule, (tickAt) => this.#onTick(spec, tickAt));
      this.#stops.set(spec.entry.name, stop);
    }
  }

  /** Ends all schedules; ticks that still wait for an account are skipped as `shutdown`. */
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
    const key = `${tickKey(spec.entry.name, tickAt, this.#deps.location)}|${cause} ${this.#extra}`;
    const order = { spec, accounts, key, tickAt, cause, patienceMs: 0 };
    return this.#deps.desk.start(order, this.#stopping.signal);
  }

  #unfollow(): void {
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }

  #onTick(spec: ProbeSpec, tickAt: EpochMs): void {
    const { intervalMs } = spec.entry;
    const here = this.#deps.location;
    if (!runsHere({ at: tickAt, intervalMs }, here, spec.locations, this.#deps.locations())) return;
    const work = this.#tick(spec, tickAt).catch((error: unknown) => {
      this.#deps.logger.log('error', 'tick_failed', { probe: spec.entry.name, error });
    });
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  async #tick(spec: ProbeSpec, tickAt: EpochMs): Promise<void> {
    const { clock, notify, location } = this.#deps;
    const { name } = spec.entry;
    const jitterMs = jitterOf(tickKey(name, tickAt, location), spec.jitterMs);
    await clock.sleep(tickAt + jitterMs - clock.now(), this.#stopping.signal).catch(() => undefined);
    const lateMs = clock.now() - tickAt - jitterMs;
    const refusal = await this.#refusal(spec, tickAt, lateMs);
    if (refusal) return this.#skip(spec, tickAt, refusal);
    notify({ kind: 'tick_taken', probe: name, lagMs: Math.max(0, lateMs) });
    const shares = spec.rotation === 'all' ? spec.accounts.map((account) => [account]) : [spec.accounts];
    await Promise.all(shares.map((accounts) => this.#order(spec, tickAt, accounts)));
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

  async #order(spec: ProbeSpec, tickAt: EpochMs, all: readonly ProbeAccount[]): Promise<void> {
    const readable = all.filter((account) => !spec.entry.delivered || this.#deps.inboxUp(account.inbox));
    const first = all[0]?.candidate.account;
    const part = spec.rotation === 'all' ? first : undefined;
    const key = tickKey(spec.entry.name, tickAt, this.#deps.location, part);
    const order = {
      spec,
      accounts: readable,
      key,
      tickAt,
      cause: 'schedule',
      patienceMs: PATIENCE_MS,
    } as const;
    try {
      const started = await this.#deps.desk.start(order, this.#stopping.signal);
      if (started.started) this.#watch(started.finished, spec.entry.name);
      else if (started.skip !== 'duplicate') {
        this.#skip(spec, tickAt, { skip: started.skip, detail: started.detail });
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) throw error;
      this.#skip(spec, tickAt, { skip: 'shutdown', detail: 'the daemon is stopping' });
    }
  }

  #watch(finished: Promise<Attempt>, probe: string): void {
    finished.catch((error: unknown) => {
      this.#deps.logger.log('error', 'attempt_failed', { probe, error });
    });
  }

  #skip(spec: ProbeSpec, tickAt: EpochMs, refusal: TickRefusal): void {
    const { name, target } = spec.entry;
    const { skip: reason, detail } = refusal;
    this.#deps.notify({ kind: 'tick_skipped', probe: name, target, reason, detail, tickAt });
  }
}

export interface SchedulerDeps {
  readonly ticker: Ticker;
  readonly clock: Clock;
  readonly desk: AttemptDesk;
  readonly state: StateBook;
  readonly notify: Notify;
  readonly logger: Logger;
  readonly location: string;
  /** Locations that have a living node. */
  readonly locations: () => readonly string[];
  readonly inboxUp: (inbox: string | null) => boolean;
  /** Backup codes left over the probe's accounts; null where codes never run out. */
  readonly stockOf: (spec: ProbeSpec) => Promise<number | null>;
}
