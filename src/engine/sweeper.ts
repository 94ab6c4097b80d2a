import type { Attempt } from '../domain/attempt.ts';
import { SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProbeEvent } from '../ports/observer.ts';
import { StoreDown, type Store } from '../ports/store.ts';
import { settledEvent } from './hand-in.ts';
import type { Notify } from './notify.ts';

const SWEEP_EVERY_MS = 5 * SECOND;
const CHECKED_KEY = 'store/written';

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
    const { store, notify, handOver } = this.#deps;
    for (const { attempt, settled, handedOver } of await store.attempts.sweep(
      at ?? now,
      now,
      handOver.latest(),
    )) {
      notify(handedOver ? handedOverEvent(attempt) : { kind: 'attempt_finished', attempt });
      for (const one of settled) notify(settledEvent(one));
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
      await this.#deps.handOver.putOrphans();
      // To sweep nothing writes nothing, which a full disk lets pass.
      await this.#deps.store.state.write({ [CHECKED_KEY]: this.#deps.storeNow() });
      this.#down = null;
    } catch (error) {
      if (!(error instanceof StoreDown)) throw error;
      this.#down = error.message;
    }
    if ((before === null) === (this.#down === null)) return;
    this.#deps.notify({ kind: 'store_changed', up: this.#down === null, reason: this.#down ?? '' });
  }
}

/** Its node died before it asked for a code: nothing was measured, and its tick goes on elsewhere. */
const handedOverEvent = ({ id, probe, target, phone, route, node }: Attempt): ProbeEvent => ({
  kind: 'attempt_dropped',
  attempt: { id, probe, target, phone, route },
  reason: `node ${node} died or stopped before it asked for a code; another node takes the tick`,
});

/** How a dead node's tick gets to another node. */
export interface HandOver {
  /** By probe: how old such a tick may be. Empty where there is no other node. */
  latest(): Readonly<Record<string, number>>;
  /** Puts what dead nodes left into the queue. Throws StoreDown. */
  putOrphans(): Promise<void>;
}

export const NO_HAND_OVER: HandOver = { latest: () => ({}), putOrphans: () => Promise.resolve() };

export interface SweeperDeps {
  readonly handOver: HandOver;
  readonly store: Store;
  readonly clock: Clock;
  readonly storeNow: () => EpochMs;
  readonly notify: Notify;
}
