import { MINUTE, type EpochMs } from './units.ts';

/** What one firing of a schedule is called, so that it never runs twice: probe|tick|location, and the account when all run. */
export const tickKey = (probe: string, tickAt: EpochMs, location: string, account?: string): string =>
  [probe, tickAt, location, ...(account === undefined ? [] : [account])].join('|');

/** The same tick is delayed alike everywhere, different probes differently. */
export const jitterOf = (key: string, jitterMs: number): number => (jitterMs > 0 ? hash(key) % jitterMs : 0);

/**
 * The location that runs the tick, as seen from `here`; null: none that is our business. With `spread` each tick
 * belongs to one of the known locations, in turn; in a list, every location runs its own.
 */
export function placeOf(
  tick: { readonly at: EpochMs; readonly intervalMs: number },
  here: string,
  locations: 'spread' | readonly string[],
  known: readonly string[],
): string | null {
  if (locations !== 'spread') return locations.includes(here) ? here : null;
  const turns = [...known].sort();
  const turn = Math.floor(tick.at / Math.max(1, tick.intervalMs)) % Math.max(1, turns.length);
  return turns[turn] ?? here;
}

/** A tick that is older than this is not made up for: no burst after a standstill. */
export const missedAfterMs = (intervalMs: number): number => Math.min(MINUTE, intervalMs / 2);

export const isMissed = (lateMs: number, intervalMs: number): boolean => lateMs > missedAfterMs(intervalMs);

/** FNV-1a, 32 bits: stable over restarts and nodes. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
