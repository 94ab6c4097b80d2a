import { duration } from '../ports/settings.ts';
import type { EpochMs } from '../domain/units.ts';

export const SINCE_EXPECTED =
  'how long ago, such as 12h or 7d, or a past time in UTC, such as 2026-01-31 or 2026-01-31T14:00Z';

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z)?$/;

/** When `--since` begins; null when it cannot be read or is not in the past. */
export function sinceWhen(text: string, now: EpochMs): EpochMs | null {
  const ago = duration().safeParse(text);
  const at = ago.success ? now - ago.data : DATE.test(text) ? Date.parse(text) : NaN;
  return at < now && at >= 0 ? at : null;
}
