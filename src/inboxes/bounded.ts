import type { Clock } from '../ports/clock.ts';

export interface Bound {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal: AbortSignal;
  /** What it means when the time has passed; becomes the error's message. */
  readonly otherwise: string;
}

/** Work that rejects when its time has passed or the signal aborts, whether or not it heeds the signal it is given. */
export async function bounded<Result>(
  bound: Bound,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const done = new AbortController();
  const ends = AbortSignal.any([bound.signal, over.signal]);
  const timer = bound.clock.sleep(bound.ms, AbortSignal.any([bound.signal, done.signal])).then(
    () => over.abort(new Error(bound.otherwise)),
    () => undefined,
  );
  try {
    return await Promise.race([work(ends), rejectOn(ends, done.signal)]);
  } finally {
    done.abort();
    await timer;
  }
}

const rejectOn = (ends: AbortSignal, done: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = () => reject(ends.reason as Error);
    if (ends.aborted) stop();
    ends.addEventListener('abort', stop, { once: true, signal: done });
  });
