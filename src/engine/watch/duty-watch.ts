import type { Inventory } from '../../domain/inventory.ts';
import { SECOND, type EpochMs } from '../../domain/units.ts';
import type { ProbeEvent } from '../../ports/observer.ts';
import type { Duty, FeedEntry } from '../../ports/store.ts';
import { LEASE_TTL_MS } from '../leases.ts';
import type { TargetWatch } from './target-watch.ts';
import { viewsOf, VIEW_PREFIX } from './watch-view.ts';
import type { WatchDeps, WatchSettings } from './watch-parts.ts';
import { Watch } from './watch.ts';

const PAGE = 500;
/** A lease that was not renewed for this long: its node is dead, stopped or cut off, and tells nothing of its code. */
const SILENT_MS = 10 * SECOND;

/**
 * The watch of the node that is on duty. A round hears the feed, lets time pass, and keeps what came of it, all at once
 * and only while the duty is ours; then, not before, it is told. So an alarm is one alarm, whatever nodes come and go.
 */
export class DutyWatch {
  readonly #parts: DutyParts;
  readonly #watch: Watch;
  /** What waits to be kept, and to be told once it is. */
  #unkept: Record<string, unknown> = {};
  #untold: ProbeEvent[] = [];
  #heard = 0;

  private constructor(parts: DutyParts) {
    this.#parts = parts;
    const { store } = parts;
    const state = {
      ...store.state,
      write: (entries: Readonly<Record<string, unknown>>) => this.#keep(entries),
    };
    const notify = (event: ProbeEvent) => void this.#untold.push(event);
    this.#watch = new Watch({ ...parts, store: { ...store, state }, notify });
  }

  /** Goes on where the one before stopped. Throws StoreDown. */
  static async begin(parts: DutyParts): Promise<DutyWatch> {
    const begun = new DutyWatch(parts);
    await begun.#watch.configure(parts.inventory, parts.settings);
    return begun;
  }

  get fence(): number {
    return this.#parts.duty.fence;
  }

  get targets(): ReadonlyMap<string, TargetWatch> {
    return this.#watch.targets;
  }

  /** False when the duty is no longer ours. Throws StoreDown: what was heard is kept by a later round. */
  async round(): Promise<boolean> {
    const { storeNow } = this.#parts;
    const at = storeNow();
    await this.#hear();
    await this.#lookAfter(at);
    this.#watch.pass(at);
    const keeps = await this.#commit();
    if (keeps) this.#watch.ask();
    return keeps;
  }

  /** Keeps the last, and gives the duty back. */
  async leave(): Promise<void> {
    await this.#commit();
    await this.#parts.store.duties.release(this.#parts.duty);
  }

  async #hear(): Promise<void> {
    for (;;) {
      const page = await this.#parts.store.feed.read(this.#heard, PAGE);
      for (const entry of page) this.#hearOne(entry);
      if (page.length < PAGE) return;
    }
  }

  #hearOne({ number, at, event }: FeedEntry): void {
    this.#heard = number;
    const told = event as ProbeEvent | { readonly kind: 'canary'; readonly ok: boolean };
    if (told.kind === 'canary') this.#watch.canaryAt(told.ok, at);
    else this.#watch.hear(told, at);
  }

  /** Attempts whose end the feed does not tell, as their node died: else their codes would count as lost. */
  async #lookAfter(at: EpochMs): Promise<void> {
    const waiting = this.#watch.waiting;
    if (waiting.length === 0) return;
    const traces = await this.#parts.store.attempts.trace(waiting.map(({ id }) => id));
    for (const one of waiting) {
      const { finished = null, leaseUntil = null } = traces[one.id] ?? {};
      if (finished) this.#watch.hear({ kind: 'attempt_finished', attempt: finished }, at);
      else if ((leaseUntil ?? 0) < at + LEASE_TTL_MS - SILENT_MS) {
        this.#watch.hear({ kind: 'attempt_dropped', attempt: one, reason: 'its node is silent' }, at);
      }
    }
  }

  #keep(entries: Readonly<Record<string, unknown>>): Promise<void> {
    Object.assign(this.#unkept, entries);
    return Promise.resolve();
  }

  async #commit(): Promise<boolean> {
    await this.#watch.save();
    const views = Object.entries(viewsOf(this.#watch.targets));
    const shown = Object.fromEntries(views.map(([target, view]) => [`${VIEW_PREFIX}${target}`, view]));
    const { store, duty, notify } = this.#parts;
    const keeps = await store.duties.write(duty, { ...this.#unkept, ...shown }, this.#heard);
    if (!keeps) return false;
    this.#unkept = {};
    const told = this.#untold;
    this.#untold = [];
    for (const event of told) notify(event);
    return true;
  }
}

export interface DutyParts extends WatchDeps {
  readonly duty: Duty;
  readonly inventory: Inventory;
  readonly settings: WatchSettings;
}
