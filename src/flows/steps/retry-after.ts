import { DAY, SECOND, type EpochMs } from '../../domain/units.ts';

/**
 * Retry-After as milliseconds from now: whole seconds, or a date (RFC 9110, 10.2.3). null when it is neither.
 * At most a day, so that no answer silences a probe for good.
 */
export function parseRetryAfter(written: string | null, now: EpochMs): number | null {
  if (written === null) return null;
  const text = written.trim();
  const ms = /^[0-9]+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now;
  if (Number.isNaN(ms)) return null;
  return Math.min(Math.max(ms, 0), DAY);
}
