import { setImmediate as turn } from 'node:timers/promises';

/**
 * Asks until the answer is not null, as fast as the asked one answers; the signal ends it. For what runs in
 * another process: within one, a fake clock decides when things happen.
 */
export async function until<Answer>(
  check: () => Promise<Answer | null>,
  signal: AbortSignal,
): Promise<Answer> {
  let last: unknown = 'no answer yet';
  while (!signal.aborted) {
    try {
      const answer = await check();
      if (answer !== null) return answer;
      last = 'not yet';
    } catch (error) {
      last = error;
    }
    await turn();
  }
  throw new Error('what was waited for did not come', { cause: last });
}
