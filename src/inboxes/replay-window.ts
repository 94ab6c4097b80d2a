import type { EpochMs } from '../domain/units.ts';

export interface SignedTime {
  /** What the time stands in, for the caller to look at. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly arrivedAt: EpochMs;
  readonly windowMs: number;
}

/**
 * Says what is wrong with the time that a request was signed at; null when it is near enough to now. The window works
 * both ways: a request dated ahead could be kept and replayed later.
 */
export function checkWindow({ name, seconds, arrivedAt, windowMs }: SignedTime): string | null {
  const offMs = arrivedAt - seconds * 1000;
  if (Math.abs(offMs) <= windowMs) return null;
  const side = offMs > 0 ? 'behind' : 'ahead of';
  const found = `${name} is ${Math.round(Math.abs(offMs) / 1000)} s ${side} our clock`;
  return `${found}, expected at most ${windowMs / 1000} s: set the sender's clock, or ours`;
}
