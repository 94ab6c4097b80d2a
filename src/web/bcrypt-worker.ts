import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

/** A password and the hash that it may belong to. */
export interface Comparison {
  readonly password: string;
  readonly hash: string;
}

// The thread that computes hashes, so that nobody else has to wait for them. It answers whether they fit.
parentPort?.on('message', ({ password, hash }: Comparison) => {
  parentPort?.postMessage(compareSync(password, hash), []);
});
