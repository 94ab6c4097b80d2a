import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Comparison } from './bcrypt-worker.ts';

/** Whether the password belongs to the bcrypt hash. Rejects when it cannot be computed, or at the signal. */
export type Compare = (comparison: Comparison, signal: AbortSignal) => Promise<boolean>;

/**
 * Compares in a thread of its own, which ends with its answer: a hash takes a tenth of a second of a processor, in
 * which no message may be kept waiting; those who ask again are known by then.
 */
export const compareInThread: Compare = (comparison, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL(`./bcrypt-worker${extname(import.meta.url)}`, import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', stop);
      void worker.terminate().finally(settle);
    };
    const stop = () => end(() => reject(new Error('the web listener closes')));
    signal.addEventListener('abort', stop, { once: true });
    worker.once('message', (fits: unknown) => end(() => resolve(fits === true)));
    worker.once('error', (error) => end(() => reject(error)));
    worker.postMessage(comparison, []);
  });
