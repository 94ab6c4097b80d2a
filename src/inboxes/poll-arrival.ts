import type { InboundMessage } from '../domain/message.ts';
import { elapsedMs, type Stamp } from '../domain/stamp.ts';
import { SECOND, type EpochMs } from '../domain/units.ts';

/**
 * When a polled message reached us: the provider's time, at the end of its whole second so that a message of the
 * second in which a code was asked for does not look older than the question; but, as clocks differ, not before the
 * start of the last look, which did not see it, and not after now. It may have been here since that look.
 */
export function dateArrival(
  sentAt: EpochMs,
  previous: Stamp | null,
  now: Stamp,
): Pick<InboundMessage, 'arrived' | 'uncertaintyMs' | 'times'> {
  const earliest = previous === null ? Math.min(sentAt, now.at) : now.at - elapsedMs(previous, now);
  const at = Math.min(now.at, Math.max(earliest, sentAt + SECOND));
  return {
    arrived: { at, monotonicMs: now.monotonicMs - (now.at - at), boot: now.boot },
    uncertaintyMs: at - earliest,
    times: [{ clock: 'provider', at: sentAt, resolutionMs: SECOND }],
  };
}
