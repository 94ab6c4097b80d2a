import type { Fault } from '../domain/outcome.ts';

/** What the process answers its caller. */
export const EXIT = {
  ok: 0,
  /** A delivery or target fault. */
  fault: 1,
  /** The configuration or the call is wrong. */
  usage: 2,
  /** Nothing could be measured: ours, the receiver's, or we were blocked. */
  unmeasured: 3,
} as const;

export const exitOf = {
  none: EXIT.ok,
  delivery: EXIT.fault,
  target: EXIT.fault,
  blocked: EXIT.unmeasured,
  receiver: EXIT.unmeasured,
  monitor: EXIT.unmeasured,
} as const satisfies Record<Fault, number>;
