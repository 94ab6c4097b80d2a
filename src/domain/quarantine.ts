import type { CodeRecord } from './attempt.ts';
import type { Outcome } from './outcome.ts';
import { MINUTE, type EpochMs } from './units.ts';

const LEAST_REST_MS = 10 * MINUTE;

/**
 * Until when a phone rests after a code that never came: a code still on its way must not be taken for the next
 * attempt's, and a target that sees codes abandoned may block the number. Null: it need not rest.
 */
export function restUntil(
  ended: { readonly outcome: Outcome; readonly code: Pick<CodeRecord, 'requestedAt' | 'deliveryMs'> | null },
  expiryMs: number,
): EpochMs | null {
  const { outcome, code } = ended;
  if (!code || code.deliveryMs !== null || outcome === 'request_refused') return null;
  return code.requestedAt + Math.max(2 * expiryMs, LEAST_REST_MS);
}
