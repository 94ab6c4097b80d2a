import { AttemptFailure } from '../domain/failure.ts';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';

const PATIENCE_MS = 5 * SECOND;
/** Attempts that start together share one look. */
const FRESH_MS = 10 * SECOND;

/**
 * Asks a neutral host, before each attempt, whether this node can reach anything at all; throws `aborted` when
 * not. Any HTTP answer will do. Without a canary nothing is asked.
 */
export function createCanary(url: string | null, clock: Clock): (signal: AbortSignal) => Promise<void> {
  if (url === null) return () => Promise.resolve();
  let answeredMs = -Infinity;
  return async (signal) => {
    if (clock.monotonicMs() - answeredMs < FRESH_MS) return;
    const bound = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: bound });
      await response.body?.cancel();
      answeredMs = clock.monotonicMs();
    } catch (cause) {
      const why = 'the canary did not answer: this node cannot reach the network (see node.canary)';
      throw new AttemptFailure('aborted', why, { cause });
    }
  };
}
