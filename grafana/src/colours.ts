import type { Cause } from '../../src/domain/verdict/cause.ts';
import type { CodeResult, Disposition, Outcome, Skip, Stage } from '../../src/domain/outcome.ts';
import type { ProbeState } from '../../src/ports/operations.ts';

/** One meaning, one colour, on all dashboards. Tints of it tell apart what has the same owner. */
export const COLOUR = {
  good: 'green',
  late: 'yellow',
  lost: 'red',
  /** Between the target and us: a carrier, a number. */
  way: 'light-red',
  /** The target's own fault, other than losing codes. */
  target: 'dark-orange',
  /** Somebody gets in without the second factor. */
  security: 'dark-red',
  /** Ours: never counted against a target. */
  ours: 'purple',
  /** We were asked to stop. */
  blocked: 'blue',
  unsure: 'light-yellow',
  nothing: '#8e8e8e',
} as const;

export const OUTCOME_COLOURS = {
  ok: COLOUR.good,
  late: COLOUR.late,
  lost: COLOUR.lost,
  code_unreadable: COLOUR.target,
  code_rejected: 'semi-dark-orange',
  challenge_missing: COLOUR.security,
  request_refused: 'orange',
  login_refused: 'light-orange',
  target_unreachable: 'super-light-orange',
  rate_limited: COLOUR.blocked,
  redacted: 'light-purple',
  receiver_down: COLOUR.ours,
  flow_error: 'semi-dark-purple',
  aborted: 'dark-purple',
} as const satisfies Record<Outcome, string>;

export const RESULT_COLOURS = {
  on_time: COLOUR.good,
  late: COLOUR.late,
  lost: COLOUR.lost,
  unreadable: COLOUR.target,
  redacted: 'light-purple',
  unmeasured: COLOUR.ours,
} as const satisfies Record<CodeResult, string>;

export const CAUSE_COLOURS = {
  healthy: COLOUR.good,
  login: COLOUR.target,
  code_sender: COLOUR.lost,
  carrier: COLOUR.way,
  number: 'super-light-red',
  number_blocked: 'super-light-orange',
  receiver: COLOUR.ours,
  control_sender: 'light-purple',
  clock: 'semi-dark-purple',
  monitor: 'dark-purple',
  inconclusive: COLOUR.unsure,
} as const satisfies Record<Cause, string>;

export const STAGE_COLOURS = {
  login: 'light-blue',
  request_code: COLOUR.blocked,
  delivery: 'orange',
  verify: COLOUR.ours,
  logout: COLOUR.nothing,
} as const satisfies Record<Stage, string>;

export const STATE_COLOURS = {
  active: COLOUR.good,
  paused: COLOUR.blocked,
  maintenance: COLOUR.nothing,
} as const satisfies Record<ProbeState, string>;

export const DISPOSITION_COLOURS = {
  matched: COLOUR.good,
  duplicate: COLOUR.late,
  stale: COLOUR.nothing,
  wrong_sender: COLOUR.way,
  late: COLOUR.lost,
  unmatched: COLOUR.blocked,
} as const satisfies Record<Disposition, string>;

export const SKIP_COLOURS = {
  overlap: 'light-orange',
  budget: COLOUR.late,
  spacing: 'light-yellow',
  spend_cap: COLOUR.lost,
  no_free_account: COLOUR.way,
  quarantine: 'light-red',
  breaker: COLOUR.blocked,
  maintenance: COLOUR.nothing,
  paused: 'light-blue',
  receiver_down: COLOUR.ours,
  store_down: 'semi-dark-purple',
  missed: 'dark-purple',
  shutdown: 'light-purple',
  low_backup_codes: 'dark-orange',
} as const satisfies Record<Skip, string>;
