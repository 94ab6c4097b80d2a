import { MINUTE, type EpochMs } from './units.ts';

/** What one firing of a schedule is called, so that it never runs twice: probe|tick|location, and the account when all run. */
export const tickKey = (probe: string, tickAt: EpochMs, location: string, account?: string): string =>
  [probe, tickAt, location, ...(account === undefined ? [] : [account])].join('|');

/** The same tick is delayed alike everywhere, different probes differently. */
export const jitterOf = (key: string, jitterMs: number): number => (jitterMs > 0 ? hash(key) % jitterMs : 0);

/** Whether this location runs the tick: with `spread` each tick belongs to one location, in turn. */
export function runsHere(
  tick: { readonly at: EpochMs; readonly intervalMs: number },
  here: string,
  locations: 'spread' | readonly string[],
  known: readonly string[],
): boolean {
  if (locations !== 'spread') return locations.includes(here);
  const turns = [...known].sort();
  if (turns.length === 0) return true;
  const turn = Math.floor(tick.at / Math.max(1, tick.intervalMs)) % turns.length;
  return turns[turn] === here;
}

/** A tick that is older than this is not made up for: no burst after a standstill. */
export const isMissed = (lateMs: number, intervalMs: number): boolean =>
  lateMs > Math.min(MINUTE, intervalMs / 2);

/** FNV-1a, 32 bits: stable over restarts and nodes. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
