import { HOUR, type EpochMs } from '../units.ts';
import type { Observation } from './observation.ts';

/**
 * So many lost codes in a row to one phone are no chance: at 2 % loss, one in six million. The detectors may never see them:
 * they look at a route, whose other numbers get their codes, and a phone rests after a lost code while the others do not.
 */
const STREAK = 4;
/** How far back a streak is looked for. */
export const STREAK_MS = 6 * HOUR;

export interface DeadPhones {
  readonly phones: ReadonlySet<string>;
  /** When the first of their lost codes was asked for. */
  readonly since: EpochMs;
}

/** Phones that got none of the last codes sent to them; null: there is none. Observations come oldest first. */
export function deadPhonesOf(observations: readonly Observation[]): DeadPhones | null {
  const streaks = new Map<string, EpochMs[]>();
  for (const { kind, phone, reading, at } of observations) {
    if (kind !== 'sms' || phone === null) continue;
    if (reading === 'ok') streaks.delete(phone);
    if (reading === 'silent') streaks.set(phone, [...(streaks.get(phone) ?? []), at]);
  }
  const dead = [...streaks].filter(([, lost]) => lost.length >= STREAK);
  if (dead.length === 0) return null;
  const since = Math.min(...dead.map(([, [first = Infinity]]) => first));
  return { phones: new Set(dead.map(([phone]) => phone)), since };
}
