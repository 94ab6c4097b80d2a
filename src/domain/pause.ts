import type { Attempt } from './attempt.ts';
import { doubled } from './breaker.ts';
import { DAY, HOUR, MINUTE, type EpochMs } from './units.ts';

/** An account that rests because its target refuses it: trying on would lock it. */
export interface AccountPause {
  /** 0 while a first refusal is only remembered. */
  readonly until: EpochMs;
  /** Logins refused in a row. */
  readonly refused: number;
  /** Codes rejected in a row. */
  readonly rejected: number;
  readonly reason: string;
}

const FIRST_AFTER_REFUSED_LOGIN_MS = 15 * MINUTE;
const FIRST_AFTER_REJECTED_CODES_MS = HOUR;
const LONGEST_MS = DAY;
const REJECTED_CODES_IN_A_ROW = 2;

type End = Pick<Attempt, 'outcome' | 'reason' | 'finishedAt'>;

/**
 * The account's pause after an attempt. A refused login pauses for 15 min, two rejected codes in a row for 1 h;
 * each doubles to 24 h with every further refusal. A success clears it; what measured nothing leaves it.
 */
export function movePause(current: AccountPause | null, attempt: End): AccountPause | null {
  const { outcome, finishedAt, reason } = attempt;
  const { refused, rejected, until } = current ?? { refused: 0, rejected: 0, until: 0 };
  if (outcome === 'ok' || outcome === 'late') return null;
  if (outcome === 'login_refused') {
    const waitMs = doubled(FIRST_AFTER_REFUSED_LOGIN_MS, refused, LONGEST_MS);
    return { until: Math.max(until, finishedAt + waitMs), refused: refused + 1, rejected, reason };
  }
  if (outcome === 'code_rejected') {
    const excess = rejected + 1 - REJECTED_CODES_IN_A_ROW;
    const waitMs = excess < 0 ? 0 : doubled(FIRST_AFTER_REJECTED_CODES_MS, excess, LONGEST_MS);
    const pausedUntil = waitMs === 0 ? until : Math.max(until, finishedAt + waitMs);
    // The code was asked for, so the login itself went well.
    return { until: pausedUntil, refused: 0, rejected: rejected + 1, reason };
  }
  return current;
}

/** Where an account's pause stands in the state book. */
export const ACCOUNT_PAUSE_PREFIX = 'pause/account/';
export const accountPauseKey = (target: string, account: string): string =>
  `${ACCOUNT_PAUSE_PREFIX}${target}/${account}`;

/** A pause from the state book; null for anything else. */
export function parseAccountPause(value: unknown): AccountPause | null {
  const fields = Object(value) as Partial<Record<keyof AccountPause, unknown>>;
  if (typeof fields.until !== 'number') return null;
  return {
    until: fields.until,
    refused: typeof fields.refused === 'number' ? fields.refused : 0,
    rejected: typeof fields.rejected === 'number' ? fields.rejected : 0,
    reason: typeof fields.reason === 'string' ? fields.reason : '',
  };
}
