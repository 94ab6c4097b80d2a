import type { Inventory } from '../../domain/inventory.ts';
import { SECOND } from '../../domain/units.ts';
import type { ProbeEvent } from '../../ports/observer.ts';
import type { WatchView } from '../../ports/operations.ts';
import type { Wakes } from '../../ports/shared.ts';
import { StoreDown, type FeedItem } from '../../ports/store.ts';
import { Wake } from '../wake.ts';
import { DutyWatch } from './duty-watch.ts';
import type { TargetWatch } from './target-watch.ts';
import { VerdictHistory } from './verdict-history.ts';
import { VIEW_PREFIX } from './watch-view.ts';
import type { WatchDeps, WatchSettings } from './watch-parts.ts';
import type { Watching } from './watching.ts';

const DUTY = 'watch';
const DUTY_TTL_MS = 20 * SECOND;
const CLAIM_EVERY_MS = 5 * SECOND;
const LOOK_EVERY_MS = SECOND;
/** What happens at the same time is told together. */
const TELL_EVERY_MS = SECOND / 10;
const MOST_UNTOLD = 10_000;

/** What the watch takes note of; everything else stays on its node. */
const TOLD: ReadonlySet<ProbeEvent['kind']> = new Set<ProbeEvent['kind']>([
  'code_requested',
  'code_overdue',
  'attempt_finished',
  'attempt_dropped',
  'inbox_changed',
  'tick_skipped',
  'tick_taken',
]);

/**
 * The watch where nodes share a store: each tells what happens on it, in one feed, and one of them at a time, whichever
 * it is, watches for all. Another takes over where the last one's states were kept.
 */
export class SharedWatch implements Watching {
  readonly history: VerdictHistory;
  readonly #deps: SharedWatchDeps;
  readonly #woken = new Wake();
  #untold: FeedItem[] = [];
  #configured: { readonly inventory: Inventory; readonly settings: WatchSettings } | null = null;
  #onDuty: DutyWatch | null = null;
  #claimedMs = -Infinity;

  constructor(deps: SharedWatchDeps) {
    this.#deps = deps;
    this.history = new VerdictHistory({ state: deps.store.state, logger: deps.logger });
  }

  get targets(): ReadonlyMap<string, TargetWatch> {
    return this.#onDuty?.targets ?? new Map<string, TargetWatch>();
  }

  async views(): Promise<Readonly<Record<string, WatchView>>> {
    const entries = Object.entries(await this.#deps.store.state.read(VIEW_PREFIX));
    const names = new Set(this.#configured?.inventory.targets.map(({ name }) => name));
    // Written by another node of this system, in the same words.
    const views = entries.map(([key, view]) => [key.slice(VIEW_PREFIX.length), view as WatchView] as const);
    return Object.fromEntries(views.filter(([target]) => names.has(target)));
  }

  observe(event: ProbeEvent): void {
    if (TOLD.has(event.kind)) this.#tell(event);
  }

  canary(ok: boolean): void {
    this.#tell({ kind: 'canary', ok });
  }

  configure(inventory: Inventory, settings: WatchSettings): Promise<void> {
    this.#configured = { inventory, settings };
    // Who is on duty begins anew, from what is kept, with the new configuration.
    this.#onDuty = null;
    this.#woken.ring();
    return Promise.resolve();
  }

  async run(signal: AbortSignal): Promise<void> {
    const deaf = this.#deps.wakes.on((topic) => {
      if (topic === null || (topic === 'feed' && this.#onDuty)) this.#woken.ring();
    });
    try {
      await Promise.all([this.#tellLoop(signal), this.#dutyLoop(signal)]);
      await this.#flush().catch(() => undefined);
      await this.#onDuty?.leave().catch(() => undefined);
    } finally {
      deaf();
    }
  }

  #tell(event: unknown): void {
    // A store that is away for long loses the oldest: what is that old tells nothing any more.
    if (this.#untold.length >= MOST_UNTOLD) this.#untold.shift();
    this.#untold.push({ at: this.#deps.storeNow(), event });
  }

  async #tellLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(TELL_EVERY_MS, signal).catch(() => undefined);
      await this.#flush().catch(ignoreStoreDown);
    }
  }

  async #flush(): Promise<void> {
    const items = this.#untold;
    if (items.length === 0) return;
    this.#untold = [];
    try {
      await this.#deps.store.feed.append(items);
    } catch (error) {
      this.#untold = [...items, ...this.#untold];
      throw error;
    }
  }

  async #dutyLoop(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      const woken = this.#woken.next();
      await this.#round().catch(ignoreStoreDown);
      await this.#woken
        .race(woken, (stop) => clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, stop])))
        .catch(() => undefined);
      await clock.sleep(TELL_EVERY_MS, signal).catch(() => undefined);
    }
  }

  async #round(): Promise<void> {
    const configured = this.#configured;
    if (!configured) return;
    const fence = await this.#claim();
    if (fence === null) {
      this.#onDuty = null;
      return;
    }
    if (this.#onDuty?.fence !== fence) {
      this.#onDuty = await DutyWatch.begin({ ...this.#deps, duty: { name: DUTY, fence }, ...configured });
    }
    const keeps = await this.#onDuty.round();
    if (!keeps) this.#onDuty = null;
  }

  /** The duty's fence while it is ours, else null. */
  async #claim(): Promise<number | null> {
    const { store, boot, storeNow, clock } = this.#deps;
    const nowMs = clock.monotonicMs();
    if (this.#onDuty && nowMs < this.#claimedMs + CLAIM_EVERY_MS) return this.#onDuty.fence;
    const claim = { name: DUTY, holder: boot, at: storeNow(), ttlMs: DUTY_TTL_MS };
    const fence = await store.duties.hold(claim);
    this.#claimedMs = nowMs;
    return fence;
  }
}

/** While the store is away nothing is watched: what is not seen speaks against nobody. */
function ignoreStoreDown(error: unknown): void {
  if (!(error instanceof StoreDown)) throw error;
}

export interface SharedWatchDeps extends WatchDeps {
  readonly wakes: Wakes;
  /** Names this process. */
  readonly boot: string;
}
