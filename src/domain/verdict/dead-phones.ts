import { HOUR, type EpochMs } from '../units.ts';
import type { Observation } from './observation.ts';

/**
 * So many lost messages in a row to one phone are no chance: at 2 % loss, one in six million. The detectors may never see them:
 * they look at a route, whose other numbers get their codes, and a phone rests after a lost code while the others do not.
 */
const STREAK = 4;
/** How far back a streak is looked for. */
export const STREAK_MS = 6 * HOUR;

/** After so many it is worth an SMS of our own to see whether anything reaches the phone. */
const DOUBT = 2;

export interface DeadPhones {
  readonly phones: ReadonlySet<string>;
  /** When the first of their lost codes was asked for. */
  readonly since: EpochMs;
}

export interface PhoneStreaks {
  /** Phones that nothing reaches any more; null: there is none. */
  readonly dead: DeadPhones | null;
  /** Phones that may be dead. */
  readonly doubted: readonly string[];
}

/**
 * Phones that got none of the last codes sent to them. Lost controls count with them; one that came does not end the streak,
 * because the target may be what does not send to the number. Observations come oldest first.
 */
export function phoneStreaks(observations: readonly Observation[]): PhoneStreaks {
  const streaks = new Map<string, EpochMs[]>();
  for (const { kind, phone, reading, at } of observations) {
    if (phone === null) continue;
    const lost = streaks.get(phone) ?? [];
    if (kind === 'sms' && reading === 'ok') streaks.delete(phone);
    // A streak begins with codes: controls are asked for because of them.
    if (reading === 'silent' && (kind === 'sms' || (kind === 'control' && lost.length >= DOUBT)))
      streaks.set(phone, [...lost, at]);
  }
  const dead = [...streaks].filter(([, lost]) => lost.length >= STREAK);
  const doubted = [...streaks].filter(([, lost]) => lost.length >= DOUBT && lost.length < STREAK);
  const since = Math.min(...dead.map(([, [first = Infinity]]) => first));
  return {
    dead: dead.length === 0 ? null : { phones: new Set(dead.map(([phone]) => phone)), since },
    doubted: doubted.map(([phone]) => phone),
  };
}
