import type { Skip } from './outcome.ts';
import { isMissed } from './schedule.ts';

/** What is known when a tick asks whether it may start an attempt. */
export interface TickFacts {
  readonly stopping: boolean;
  /** How long after the tick and its jitter it is now. */
  readonly lateMs: number;
  readonly intervalMs: number;
  readonly paused: boolean;
  readonly maintenance: boolean;
  /** Names of inboxes that cannot be read, if every account's is such a one. */
  readonly blind: string | null;
  /** Backup codes left over all accounts; null where codes never run out. */
  readonly stock: number | null;
}

/** The last backup codes are a person's way in: the prober leaves this many. */
export const LEAST_BACKUP_CODES = 2;

export interface TickRefusal {
  readonly skip: Skip;
  readonly detail: string;
}

/** Start or skip, before the lease is asked for. */
export function refuseTick(facts: TickFacts): TickRefusal | null {
  if (facts.stopping) return { skip: 'shutdown', detail: 'the daemon is stopping' };
  if (isMissed(facts.lateMs, facts.intervalMs)) {
    return { skip: 'missed', detail: `${Math.round(facts.lateMs / 1000)} s late; it is not made up for` };
  }
  if (facts.paused) return { skip: 'paused', detail: 'paused by hand' };
  if (facts.maintenance) return { skip: 'maintenance', detail: 'in a maintenance window' };
  if (facts.blind !== null) return { skip: 'receiver_down', detail: `inbox ${facts.blind} cannot be read` };
  if (facts.stock !== null && facts.stock <= LEAST_BACKUP_CODES) {
    return {
      skip: 'low_backup_codes',
      detail: `${facts.stock} backup codes left; make new ones at the target`,
    };
  }
  return null;
}
