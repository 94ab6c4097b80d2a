import type { EpochMs } from '../units.ts';

/** What a detector is told. Every event carries the time at which it is told. */
export type DetectorEvent =
  /** At t0, never before. A send counts against the limits whatever becomes of it. */
  | { readonly type: 'launch'; readonly at: EpochMs; readonly id: string; readonly confirm: boolean }
  | { readonly type: 'delivered'; readonly at: EpochMs; readonly id: string; readonly latencyMs: number }
  /** The probe ended in a way that says nothing about delivery. */
  | { readonly type: 'abort'; readonly at: EpochMs; readonly id: string }
  /** Time passed; due at the answer's `nextWake`. */
  | { readonly type: 'tick'; readonly at: EpochMs }
  | { readonly type: 'maintenance'; readonly at: EpochMs; readonly on: boolean }
  /** The receiver was blind or we were restarted: nothing can be said of the waiting probes. */
  | { readonly type: 'restore'; readonly at: EpochMs }
  /** A person says that what comes from now on is the new normal. */
  | { readonly type: 'rebaseline'; readonly at: EpochMs };
