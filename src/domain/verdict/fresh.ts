import type { Outage } from '../detector/target-detector.ts';
import { HOUR, MINUTE, type EpochMs } from '../units.ts';
import { phoneStreaks, STREAK_MS, type DeadPhones } from './dead-phones.ts';
import type { Estate } from './estate.ts';
import type { Observation, ObservationKind } from './observation.ts';

/** All that a verdict is made from. */
export interface VerdictEvidence {
  readonly at: EpochMs;
  /** What the target's detectors in ALARM say; null: none is. */
  readonly outage: Outage | null;
  /** When the last outage ended; null: there was none. */
  readonly recoveredAt: EpochMs | null;
  readonly observations: readonly Observation[];
  readonly estate: Estate;
}

export interface Fresh {
  /** Oldest first. */
  readonly observations: readonly Observation[];
  /** From when on SMS codes are looked at. */
  readonly since: EpochMs;
  /** Without an alarm: phones whose codes are all lost. */
  readonly dead: DeadPhones | null;
  /** Without an alarm: phones that may be dead. */
  readonly doubted: readonly string[];
  /** Accounts that were refused while others got in, or alone: their own trouble, not the login's. */
  readonly refusedAccounts: readonly string[];
}

const RECENT_MS = 30 * MINUTE;
const OUTAGE_MS = HOUR;

/**
 * The evidence that tells how things are now. In an outage: since it began, and of the last hour. Where a phone is dead: since
 * its first lost code. Else of the last half hour, or of three intervals of its kind where those are longer. Nothing from
 * before the last recovery.
 */
export function freshEvidence(evidence: VerdictEvidence): Fresh {
  const known = evidence.observations.filter(({ at }) => at <= evidence.at).toSorted((a, b) => a.at - b.at);
  const streaks = phoneStreaks(evidence.outage ? [] : known.filter(({ at }) => at >= oldestStreak(evidence)));
  const { dead } = streaks;
  const recent = known.filter(({ kind, at }) => at >= (dead?.since ?? beginOf(kind, evidence)));
  const refusedAccounts = accountTroubles(recent);
  const telling = withoutRepeatedRefusals(recent).filter(
    ({ outcome, account }) => outcome !== 'login_refused' || !refusedAccounts.includes(account),
  );
  const slowFromMs = evidence.outage?.slowFromMs ?? Infinity;
  return {
    observations: telling.map((seen) => (isSlow(seen, slowFromMs) ? { ...seen, ...SLOW } : seen)),
    since: dead?.since ?? beginOf('sms', evidence),
    dead,
    doubted: streaks.doubted,
    refusedAccounts,
  };
}

/** In an outage that is about slowness, a slow code is as good as none; else codes in time would hide it. */
const SLOW = { reading: 'silent', outcome: 'slow' } as const;

const isSlow = ({ reading, deliveryMs }: Observation, slowFromMs: number): boolean =>
  reading === 'ok' && deliveryMs !== null && deliveryMs > slowFromMs;

const oldestStreak = ({ at, recoveredAt }: VerdictEvidence): EpochMs =>
  Math.max(recoveredAt ?? -Infinity, at - STREAK_MS);

function beginOf(kind: ObservationKind, evidence: VerdictEvidence): EpochMs {
  const { at, outage, recoveredAt, estate } = evidence;
  if (outage) return Math.max(outage.since ?? -Infinity, at - OUTAGE_MS);
  const intervalMs = kind === 'canary' || kind === 'inbox' ? null : estate.intervalMs[kind];
  return Math.max(recoveredAt ?? -Infinity, at - Math.max(RECENT_MS, 3 * (intervalMs ?? 0)));
}

/**
 * Refused credentials speak against the login only when every account is refused. If another account got in since the
 * first refusal, or no other was tried, it may be the account.
 */
function accountTroubles(recent: readonly Observation[]): string[] {
  const refusals = recent.filter(({ outcome }) => outcome === 'login_refused');
  const [first] = refusals;
  if (!first) return [];
  const accounts = [...new Set(refusals.map(({ account }) => account))];
  const passed = recent.some(
    ({ kind, reading, at, account }) =>
      (kind === 'sms' || kind === 'own') &&
      reading !== 'login' &&
      at >= first.at &&
      account !== first.account,
  );
  return passed || accounts.length === 1 ? accounts : [];
}

/** A wrong password is one fact, however often it is tried. */
function withoutRepeatedRefusals(recent: readonly Observation[]): Observation[] {
  const seen = new Set<string>();
  return recent.filter(({ outcome, account }) => {
    if (outcome !== 'login_refused') return true;
    if (seen.has(account)) return false;
    seen.add(account);
    return true;
  });
}
