/** Runs a user's code; an abort ends the wait for it, also when the code ignores its signal. */
export async function runUserCode(signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  const ended = Promise.withResolvers<never>();
  const onAbort = (): void => ended.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([run(), ended.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
