import { targetConfigFor } from '../../domain/detector/target-config.ts';
import { CONTROL_TARGET, type Inventory } from '../../domain/inventory.ts';
import { HOUR, SECOND, type EpochMs } from '../../domain/units.ts';
import { estateOf } from '../../domain/verdict/estate.ts';
import { canaryObservation, unreadableObservation } from '../../domain/verdict/observation.ts';
import type { DroppedAttempt, ProbeEvent } from '../../ports/observer.ts';
import type { WatchView } from '../../ports/operations.ts';
import { untilAborted } from '../until-aborted.ts';
import { Wake } from '../wake.ts';
import { Muting } from './muting.ts';
import { readStoredWatch, watchKey } from './stored-watch.ts';
import { targetFactsOf } from './target-facts.ts';
import { TargetWatch } from './target-watch.ts';
import { Unread } from './unread.ts';
import { VerdictHistory } from './verdict-history.ts';
import { viewsOf } from './watch-view.ts';
import type { WatchDeps, WatchSettings } from './watch-parts.ts';
import type { Watching } from './watching.ts';

/** Time alone changes a verdict: evidence gets old. */
const JUDGE_EVERY_MS = 30 * SECOND;
const SAVE_EVERY_MS = SECOND;
/** Attempts that are read back at the start, for the verdict. */
const REMEMBERED_MS = 18 * HOUR;
const REMEMBERED = 2000;

/**
 * Watches every target: samples go to the detectors, the detectors ask for confirmations and the verdict for contrast
 * probes, and both are told when they change. An observer of the engine, and the only one that makes it do something.
 */
export class Watch implements Watching {
  readonly history: VerdictHistory;
  readonly #deps: WatchDeps;
  readonly #targets = new Map<string, TargetWatch>();
  readonly #changed = new Wake();
  readonly #dirty = new Wake();
  readonly #unsaved = new Set<string>();
  /** The last try to save failed, which was told. */
  #behind = false;
  readonly #unread = new Unread();
  #inventory: Inventory | null = null;
  #muting = new Muting(null);

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    this.history = new VerdictHistory({ state: deps.store.state, logger: deps.logger });
  }

  get targets(): ReadonlyMap<string, TargetWatch> {
    return this.#targets;
  }

  /** Takes a configuration into use. What is known of a target stays, from memory or from the store. */
  async configure(inventory: Inventory, settings: WatchSettings): Promise<void> {
    const { store, storeNow } = this.#deps;
    await this.save();
    await this.history.load();
    const at = storeNow();
    const known = await store.state.read(watchKey(''));
    const recent = await store.attempts.find({ since: at - REMEMBERED_MS, limit: REMEMBERED });
    this.#inventory = inventory;
    this.#unread.keep(new Set(inventory.phones.map(({ inbox }) => inbox)));
    this.#muting = new Muting(inventory);
    this.#targets.clear();
    for (const target of inventory.targets) {
      const facts = targetFactsOf(inventory, target) ?? { routes: [], perPhone: target.limits.perPhone };
      const config = targetConfigFor(facts, { targetFalseAlarmDays: settings.targetFalseAlarmDays });
      const watch = new TargetWatch({
        target: target.name,
        config,
        estate: estateOf(inventory, target.name, settings.hasCanary),
        at,
        stored: readStoredWatch(known[watchKey(target.name)], config),
        emit: (event) => this.#emit(event),
      });
      this.#targets.set(target.name, watch);
      watch.remember(
        recent.filter((one) => [target.name, CONTROL_TARGET].includes(one.target)),
        at,
      );
    }
  }

  views(): Promise<Readonly<Record<string, WatchView>>> {
    return Promise.resolve(viewsOf(this.#targets));
  }

  /** Attempts whose code a detector waits for. */
  get waiting(): DroppedAttempt[] {
    return [...this.#targets.values()].flatMap((watch) => watch.waiting);
  }

  observe(event: ProbeEvent): void {
    this.hear(event, this.#deps.storeNow());
  }

  /** What happened at `at`, here or on another node. */
  hear(event: ProbeEvent, at: EpochMs): void {
    switch (event.kind) {
      case 'code_requested': {
        const { plan } = event;
        this.#tell(this.#own(plan.target), (watch) =>
          watch.launched(plan, at, this.#deps.probing.askerOf(plan.id)),
        );
        this.#deps.probing.launched(plan.id);
        return;
      }
      case 'code_overdue': {
        const requestedAt = event.at - event.plan.deadlineMs;
        this.#tell(this.#concerned(event.plan.target), (watch) => watch.overdue(event.plan, requestedAt, at));
        return;
      }
      case 'attempt_finished':
        this.#tell(this.#concerned(event.attempt.target), (watch) => watch.finished(event.attempt, at));
        return;
      case 'attempt_dropped':
        this.#tell(this.#own(event.attempt.target), (watch) => watch.dropped(event.attempt, at));
        return;
      case 'inbox_changed':
        this.#inboxChanged(event.inbox, event.up, at);
        return;
      case 'tick_skipped':
        this.#mute(event, at);
        if (event.reason === 'receiver_down') this.#unreadable(event, at);
        return;
      case 'tick_taken':
        this.#mute(event, at);
        return;
      default:
    }
  }

  /** Whether this node reaches the neutral site. */
  canary(ok: boolean): void {
    this.canaryAt(ok, this.#deps.storeNow());
  }

  canaryAt(ok: boolean, at: EpochMs): void {
    this.#tell([...this.#targets.values()], (watch) => watch.observed(canaryObservation(at, ok), at));
  }

  /** Ticks the detectors, starts what they ask for and keeps their states, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#tickLoop(signal), this.#saveLoop(signal)]);
    await this.save();
  }

  /** Makes the states durable; a store that is away keeps them for later. */
  async save(): Promise<void> {
    await this.history.save();
    const names = [...this.#unsaved];
    this.#unsaved.clear();
    const entries = names.flatMap((name) => {
      const watch = this.#targets.get(name);
      return watch ? [[watchKey(name), watch.stored] as const] : [];
    });
    if (entries.length === 0) return;
    try {
      await this.#deps.store.state.write(Object.fromEntries(entries));
      this.#behind = false;
    } catch (error) {
      for (const name of names) this.#unsaved.add(name);
      if (!this.#behind) this.#deps.logger.log('warn', 'detectors_not_saved', { error });
      this.#behind = true;
    }
  }

  #emit(event: ProbeEvent): void {
    if (event.kind === 'verdict_changed') {
      this.history.note(event);
      this.#unsaved.add(event.target);
    }
    this.#deps.notify(event);
  }

  async #tickLoop(signal: AbortSignal): Promise<void> {
    const { clock, storeNow } = this.#deps;
    while (!signal.aborted) {
      const changed = this.#changed.next();
      this.pass(storeNow());
      this.ask();
      const waitMs = this.#nextMs(storeNow());
      await this.#changed
        .race(changed, (stop) => clock.sleep(waitMs, AbortSignal.any([signal, stop])))
        .catch(() => undefined);
    }
  }

  /** Lets time pass: detectors whose wake is due tick, and verdicts that got old are formed anew. */
  pass(at: EpochMs): void {
    this.#noteUnread(at);
    for (const watch of this.#targets.values()) {
      if ((watch.detector.nextWake ?? Infinity) <= at) {
        watch.tick(at);
        this.#touch(watch.target);
      }
      if (at - watch.verdict.at >= JUDGE_EVERY_MS) watch.judge(at);
    }
  }

  /** Starts the probes that detectors and verdicts wish for. */
  ask(): void {
    for (const watch of this.#targets.values()) this.#ask(watch);
  }

  #nextMs(at: EpochMs): number {
    const { clock, probing } = this.#deps;
    const waits = [...this.#targets.values()].flatMap((watch) => [
      (watch.detector.nextWake ?? Infinity) - at,
      (probing.retryAtMs(watch.target) ?? Infinity) - clock.monotonicMs(),
    ]);
    return Math.max(1, Math.min(JUDGE_EVERY_MS, ...waits));
  }

  #ask(watch: TargetWatch): void {
    const { probing, logger } = this.#deps;
    const failed = (error: unknown) =>
      logger.log('error', 'confirmation_failed', { target: watch.target, error });
    const wishes = watch.wishes;
    if (wishes.length > 0) probing.confirm(watch.target, wishes).catch(failed);
    for (const contrast of watch.verdict.contrasts) probing.contrast(watch.target, contrast).catch(failed);
  }

  #tell(watches: readonly TargetWatch[], what: (watch: TargetWatch) => void): void {
    for (const watch of watches) {
      what(watch);
      this.#touch(watch.target);
    }
    if (watches.length > 0) this.#changed.ring();
  }

  #own(target: string): TargetWatch[] {
    const watch = this.#targets.get(target);
    return watch ? [watch] : [];
  }

  /** A control tells something about every target. */
  #concerned(target: string): TargetWatch[] {
    return target === CONTROL_TARGET ? [...this.#targets.values()] : this.#own(target);
  }

  #mute(event: Extract<ProbeEvent, { kind: 'tick_skipped' | 'tick_taken' }>, at: EpochMs): void {
    if (!this.#muting.note(event)) return;
    this.#tell([...this.#targets.values()], (watch) => watch.mute(this.#muting.routesOf(watch.target), at));
  }

  /** A tick is skipped for it only when none of the probe's phones can be read. */
  #unreadable({ probe, target }: Extract<ProbeEvent, { kind: 'tick_skipped' }>, at: EpochMs): void {
    const entry = this.#inventory?.probes.find(({ name }) => name === probe);
    const phone = entry?.phones[0];
    if (!entry || phone === undefined) return;
    const skipped = unreadableObservation({ probe, target, factor: entry.factor, phone, at });
    this.#tell(this.#concerned(target), (watch) => watch.observed(skipped, at));
  }

  #inboxChanged(inbox: string, up: boolean, at: EpochMs): void {
    if (up) {
      this.#unread.up(inbox);
      this.#tell([...this.#targets.values()], (watch) => watch.readable(inbox, at));
    } else {
      this.#unread.down(inbox, at);
      this.#blind(inbox, at);
    }
  }

  /** The neutral site tells an inbox that is down from a node that reaches nothing. */
  #noteUnread(at: EpochMs): void {
    const unread = this.#unread.due(at);
    for (const inbox of unread) for (const watch of this.#targets.values()) watch.unread(inbox, at);
    if (unread.length > 0) this.#deps.askCanary();
  }

  #blind(inbox: string, at: EpochMs): void {
    const phones = this.#inventory?.phones.filter((phone) => phone.inbox === inbox) ?? [];
    const routes = [...new Set(phones.map((phone) => phone.route))];
    this.#tell([...this.#targets.values()], (watch) =>
      watch.blind(
        routes.filter((route) => Object.hasOwn(watch.config.detectors, route)),
        at,
      ),
    );
  }

  /** What has changed within a second is written at once. */
  async #saveLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const dirty = this.#dirty.next();
      if (this.#unsaved.size === 0) {
        await this.#dirty.race(dirty, (stop) => untilAborted(AbortSignal.any([signal, stop])));
      }
      await this.#deps.clock.sleep(SAVE_EVERY_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.save();
    }
  }

  #touch(target: string): void {
    this.#unsaved.add(target);
    this.#dirty.ring();
  }
}
