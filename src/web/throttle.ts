import type { Clock } from '../ports/clock.ts';
import { MINUTE, SECOND } from '../domain/units.ts';

/** Counts failures by address, so that tokens cannot be guessed at speed. */
export interface Throttle {
  /** Seconds to wait; 0 when the address may try. */
  waitSeconds(address: string): number;
  fail(address: string): void;
}

const MAX_FAILURES = 10;
const WINDOW_MS = MINUTE;
/** Oldest first out: a flood of addresses must not fill the memory. */
const MAX_ADDRESSES = 10_000;

export function createThrottle(clock: Clock): Throttle {
  const failures = new Map<string, { count: number; readonly sinceMs: number }>();
  const current = (address: string) => {
    const known = failures.get(address);
    return known && clock.monotonicMs() - known.sinceMs < WINDOW_MS ? known : null;
  };
  return {
    waitSeconds(address) {
      const known = current(address);
      if (!known || known.count < MAX_FAILURES) return 0;
      return Math.ceil((known.sinceMs + WINDOW_MS - clock.monotonicMs()) / SECOND);
    },
    fail(address) {
      const known = current(address);
      if (known) {
        known.count += 1;
        return;
      }
      failures.delete(address);
      failures.set(address, { count: 1, sinceMs: clock.monotonicMs() });
      const oldest = failures.size > MAX_ADDRESSES ? failures.keys().next().value : undefined;
      if (oldest !== undefined) failures.delete(oldest);
    },
  };
}
