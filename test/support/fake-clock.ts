import type { Clock } from '../../src/ports/clock.ts';

/** A clock that moves only when told to. Timers fire in order; pending promises run in between. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 1_000;
  #timers: { dueMs: number; fire: () => void }[] = [];

  constructor(startAt = Date.parse('2026-01-15T12:00:00Z')) {
    this.#wall = startAt;
  }

  now(): number {
    return this.#wall;
  }

  monotonicMs(): number {
    return this.#monotonic;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const timer = {
        dueMs: this.#monotonic + Math.max(0, ms),
        fire: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#timers.push(timer);
    });
  }

  /** Moves both clocks, firing each timer at its own time. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonic + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter((t) => t.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.#moveTo(next.dueMs);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.fire();
      await settle();
    }
    this.#moveTo(endMs);
    await settle();
  }

  /** Moves the wall clock alone, as an operator or a bad time server does. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  get waiting(): number {
    return this.#timers.length;
  }

  #moveTo(monotonicMs: number): void {
    this.#wall += monotonicMs - this.#monotonic;
    this.#monotonic = monotonicMs;
  }
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(rounds = 8): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
