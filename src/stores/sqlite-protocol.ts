import type { OperationName } from './operations/index.ts';

/** What the daemon's thread and the store's thread say to one another. */

export interface WorkerSettings {
  readonly path: string;
  readonly boot: string;
}

export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly name: OperationName; readonly args: unknown }
  /** Ends the thread when everything before it is answered. */
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  /** `down`: the store failed, not the call. */
  | { readonly kind: 'failed'; readonly id: number; readonly down: boolean; readonly message: string };
