import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreDown, type SkippedTick, type TickBook } from '../ports/store.ts';

/**
 * Keeps skips where nodes share a store, so that a tick ends once. While the store is away they wait in memory: whether
 * another node has run the tick meanwhile is known only then. False also when the process ends first.
 */
export function createSkipKeeper(deps: SkipKeeperDeps): (skip: SkippedTick) => Promise<boolean> {
  return async (skip) => {
    for (;;) {
      try {
        return await deps.ticks.skip(skip);
      } catch (error) {
        if (!(error instanceof StoreDown)) throw error;
        await deps.clock.sleep(SECOND, deps.giveUp).catch(() => undefined);
        if (deps.giveUp.aborted) return false;
      }
    }
  };
}

export interface SkipKeeperDeps {
  readonly ticks: TickBook;
  readonly clock: Clock;
  /** Aborts when the process ends. */
  readonly giveUp: AbortSignal;
}
