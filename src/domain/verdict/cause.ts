export const CAUSES = [
  'healthy',
  'login',
  'code_sender',
  'carrier',
  'number',
  'number_blocked',
  'receiver',
  'control_sender',
  'clock',
  'monitor',
  'inconclusive',
] as const;
/**
 * The component that is broken. `login`, `code_sender`: the target's. `carrier`, `number`: on the way, or our number.
 * `number_blocked`: the target does not send to it. `receiver`, `control_sender`, `clock`, `monitor`: ours.
 * `inconclusive`: the evidence does not tell.
 */
export type Cause = (typeof CAUSES)[number];

/** What can be held against the evidence. */
export type NamedCause = Exclude<Cause, 'inconclusive'>;

/** Faults that lose codes: what a detector in ALARM can be about. */
export const LOSES_CODES = {
  healthy: false,
  login: false,
  code_sender: true,
  carrier: true,
  number: true,
  number_blocked: true,
  receiver: true,
  control_sender: false,
  clock: false,
  monitor: false,
} as const satisfies Record<NamedCause, boolean>;
