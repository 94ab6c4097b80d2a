import type { Attempt } from '../domain/attempt.ts';
import type { Outcome } from '../domain/outcome.ts';
import { SECOND, type EpochMs } from '../domain/units.ts';
import type { Bounds } from './bounds.ts';
import type { Families, Labels } from './families.ts';

/** Timestamps and last values: of live attempts, and after a restart of stored ones. */
export interface Recent {
  /** In any order: what ended last stays. */
  note(attempt: Attempt, bounds: Bounds): void;
  /** Forgets what is no longer configured. */
  retain(bounds: Bounds): void;
}

/** Outcomes in which the user got in by the second factor. */
export const SUCCESSES: readonly Outcome[] = ['ok', 'late'];

export function createRecent(families: Families): Recent {
  const newest = new Map<string, { readonly at: EpochMs; readonly labels: Labels }>();

  function isNewest(what: string, labels: Labels, at: EpochMs): boolean {
    const key = [what, ...Object.values(labels)].join('\u0000');
    const known = newest.get(key);
    if (known && known.at > at) return false;
    newest.set(key, { at, labels });
    return true;
  }

  return {
    note({ probe, phone, finishedAt: at, outcome, code }, bounds) {
      if (!bounds.allow({ probe })) return;
      if (isNewest('attempt', { probe }, at)) families.lastAttempt.set({ probe }, at / SECOND);
      if (SUCCESSES.includes(outcome) && isNewest('success', { probe }, at)) {
        families.lastSuccess.set({ probe }, at / SECOND);
      }
      if (phone === null || !code || code.deliveryMs === null || !bounds.allow({ probe, phone })) return;
      if (isNewest('delivery', { probe, phone }, code.requestedAt)) {
        families.lastDelivery.set({ probe, phone }, code.deliveryMs / SECOND);
      }
    },
    retain(bounds) {
      for (const [key, { labels }] of newest) if (!bounds.allow(labels)) newest.delete(key);
    },
  };
}
