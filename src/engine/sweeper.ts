import { SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreDown, type Store } from '../ports/store.ts';
import { settledEvent } from './hand-in.ts';
import type { Notify } from './notify.ts';

const SWEEP_EVERY_MS = 5 * SECOND;

/** Ends the attempts of nodes that died, and notices by that whether the store can be reached. */
export class Sweeper {
  readonly #deps: SweeperDeps;
  #down: string | null = null;

  constructor(deps: SweeperDeps) {
    this.#deps = deps;
  }

  /** Why the store cannot be used; null while it can. */
  get storeDown(): string | null {
    return this.#down;
  }

  /** Ends, as `aborted`, what holds a lease that ran out at `at`; by default now. */
  async sweep(at?: EpochMs): Promise<void> {
    const now = this.#deps.storeNow();
    for (const { attempt, settled } of await this.#deps.store.attempts.sweep(at ?? now, now)) {
      this.#deps.notify({ kind: 'attempt_finished', attempt });
      for (const one of settled) this.#deps.notify(settledEvent(one));
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(SWEEP_EVERY_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.#watched();
    }
  }

  async #watched(): Promise<void> {
    const before = this.#down;
    try {
      await this.sweep();
      this.#down = null;
    } catch (error) {
      if (!(error instanceof StoreDown)) throw error;
      this.#down = error.message;
    }
    if ((before === null) === (this.#down === null)) return;
    this.#deps.notify({ kind: 'store_changed', up: this.#down === null, reason: this.#down ?? '' });
  }
}

export interface SweeperDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly storeNow: () => EpochMs;
  readonly notify: Notify;
}
