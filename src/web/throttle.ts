import { isIPv6 } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import { MINUTE, SECOND } from '../domain/units.ts';
import { WebError } from './web-error.ts';

/** Counts failures by address, so that tokens and passwords cannot be guessed at speed. */
export interface Throttle {
  /** Throws 429 while the address must wait, whatever it brings. */
  demand(address: string): void;
  fail(address: string): void;
  /** Takes one failure back. */
  forgive(address: string): void;
}

const MAX_FAILURES = 10;
const WINDOW_MS = MINUTE;
/** Oldest first out: a flood of addresses must not fill the memory. */
const MAX_ADDRESSES = 10_000;

export function createThrottle(clock: Clock): Throttle {
  const failures = new Map<string, { count: number; readonly sinceMs: number }>();
  const current = (network: string) => {
    const known = failures.get(network);
    return known && clock.monotonicMs() - known.sinceMs < WINDOW_MS ? known : null;
  };
  return {
    demand(address) {
      const known = current(networkOf(address));
      if (!known || known.count < MAX_FAILURES) return;
      const retryAfterSeconds = Math.ceil((known.sinceMs + WINDOW_MS - clock.monotonicMs()) / SECOND);
      throw new WebError(429, 'too many wrong tokens or passwords', { retryAfterSeconds });
    },
    fail(address) {
      const network = networkOf(address);
      const known = current(network);
      if (known) {
        known.count += 1;
        return;
      }
      failures.delete(network);
      failures.set(network, { count: 1, sinceMs: clock.monotonicMs() });
      const oldest = failures.size > MAX_ADDRESSES ? failures.keys().next().value : undefined;
      if (oldest !== undefined) failures.delete(oldest);
    },
    forgive(address) {
      const known = current(networkOf(address));
      if (known) known.count -= 1;
    },
  };
}

/**
 * Whom an address stands for: of IPv6 its first 64 bits, since one guest of a network may take any of the rest
 * (RFC 6177); of `::ffff:192.0.2.1` the IPv4 address.
 */
export function networkOf(address: string): string {
  const bare = address.replace(/%.*$/, '');
  const mapped = /^::ffff:([0-9.]+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(bare)) return bare;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail ?? '')];
  return `${all.slice(0, 4).join(':')}::/64`;
}
