import type { Clock } from '../../src/ports/clock.ts';

/** A clock whose sleepers wake when told to: what takes time in a simulation then takes as long as the test wants. */
export interface HeldClock extends Clock {
  /** Wakes all who sleep now. */
  release(): void;
  /** Resolves when at least so many sleep. */
  asleep(count: number): Promise<void>;
}

export function holdSleeps(clock: Clock): HeldClock {
  const sleeping = new Set<() => void>();
  const watchers = new Set<() => void>();
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const wake = () => {
          sleeping.delete(wake);
          resolve();
        };
        sleeping.add(wake);
        const onAbort = () => {
          sleeping.delete(wake);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        for (const watch of watchers) watch();
      }),
    release() {
      for (const wake of sleeping) wake();
    },
    asleep: (count) =>
      new Promise((resolve) => {
        const watch = () => {
          if (sleeping.size < count) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
  };
}
