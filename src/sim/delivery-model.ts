import { MINUTE, SECOND } from '../domain/units.ts';
import { normal, type Random } from './random.ts';

/**
 * How a carrier treats messages. A mixture, not one log-normal: traces of real traffic show a fast path and a
 * slow one of retries, where one log-normal would need a tail that fits neither.
 */
export interface CarrierProfile {
  /** Mean of the logarithm of the fast path's seconds. */
  readonly mu: number;
  readonly sigma: number;
  readonly floorMs: number;
  /** Share of messages whose first try fails; each further try is a minute later. */
  readonly retryShare: number;
  readonly lossShare: number;
  /** Share of messages that arrive again, under another id. */
  readonly duplicateShare: number;
  /** Share of messages held back for so long that the next may overtake them. */
  readonly holdShare: number;
}

/** A good day: median 4 s, 95 % within 12 s. */
export const GOOD_CARRIER: CarrierProfile = {
  mu: 1.39,
  sigma: 0.67,
  floorMs: 500,
  retryShare: 0.02,
  lossShare: 0.003,
  duplicateShare: 0.003,
  holdShare: 0,
};

export interface DeliveryPlan {
  readonly lost: boolean;
  /** From acceptance to arrival: the message's own, then its copies'. */
  readonly delaysMs: readonly [number, ...number[]];
  /** False where later messages to the same phone may overtake this one. */
  readonly keepsOrder: boolean;
}

const MAX_RETRIES = 5;
const HOLD_MS = { min: 30 * SECOND, max: 120 * SECOND };
const COPY_GAP_MS = { min: 2 * SECOND, max: 180 * SECOND };

/**
 * Decides a message's fate. Draws the same numbers whatever the profile, so that a changed profile changes only
 * those messages that it concerns.
 */
export function planDelivery(profile: CarrierProfile, random: Random): DeliveryPlan {
  const fastMs = Math.max(profile.floorMs, Math.exp(profile.mu + profile.sigma * normal(random)) * SECOND);
  const retried = random() < profile.retryShare;
  const retries = 1 + Math.floor(random() * MAX_RETRIES);
  const lost = random() < profile.lossShare;
  const copied = random() < profile.duplicateShare;
  const copyGapMs = between(COPY_GAP_MS, random());
  const held = random() < profile.holdShare;
  const holdMs = between(HOLD_MS, random());
  const delayMs = fastMs + (retried ? retries * MINUTE : 0) + (held ? holdMs : 0);
  return {
    lost,
    delaysMs: copied ? [delayMs, delayMs + copyGapMs] : [delayMs],
    keepsOrder: !retried && !held,
  };
}

/** Evenly spread over the logarithm: seconds are as likely as minutes. */
const between = (range: { min: number; max: number }, share: number): number =>
  range.min * (range.max / range.min) ** share;
