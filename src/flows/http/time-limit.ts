import type { Clock } from '../../ports/clock.ts';

/** Runs `work` with a signal that also aborts, with `expired()`, once `ms` have passed by the clock. */
export async function withTimeLimit<T>(
  clock: Clock,
  limit: { readonly ms: number; readonly signal: AbortSignal; readonly expired: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  limit.signal.throwIfAborted();
  const timeout = new AbortController();
  const done = new AbortController();
  clock.sleep(limit.ms, done.signal).then(
    () => timeout.abort(limit.expired()),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([limit.signal, timeout.signal]));
  } finally {
    done.abort(new Error('done'));
  }
}
