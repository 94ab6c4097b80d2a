/** The timed parts of an attempt, in the order in which they run. */
export const STAGES = ['login', 'request_code', 'delivery', 'verify', 'logout'] as const;
export type Stage = (typeof STAGES)[number];

/** Stages that a flow may name; delivery is the engine's own. */
export type FlowStage = Exclude<Stage, 'delivery'>;

export const FAULTS = ['none', 'delivery', 'target', 'blocked', 'receiver', 'monitor'] as const;
/** Who owns an outcome. `blocked`, `receiver` and `monitor` never count against the target. */
export type Fault = (typeof FAULTS)[number];

export const OUTCOMES = [
  'ok',
  'late',
  'lost',
  'code_unreadable',
  'code_rejected',
  'challenge_missing',
  'request_refused',
  'login_refused',
  'target_unreachable',
  'rate_limited',
  'redacted',
  'receiver_down',
  'flow_error',
  'aborted',
] as const;
/** How an attempt ended: the first stage of login…verify that failed. */
export type Outcome = (typeof OUTCOMES)[number];

export const FAULT_OF = {
  ok: 'none',
  late: 'delivery',
  lost: 'delivery',
  code_unreadable: 'target',
  code_rejected: 'target',
  challenge_missing: 'target',
  request_refused: 'target',
  login_refused: 'target',
  target_unreachable: 'target',
  rate_limited: 'blocked',
  redacted: 'receiver',
  receiver_down: 'receiver',
  flow_error: 'monitor',
  aborted: 'monitor',
} as const satisfies Record<Outcome, Fault>;

export const CODE_RESULTS = ['on_time', 'late', 'lost', 'unreadable', 'redacted', 'unmeasured'] as const;
/** What became of a requested code, settled once. `unmeasured`: our fault, or we were blocked. */
export type CodeResult = (typeof CODE_RESULTS)[number];

export const SKIPS = [
  'overlap',
  'budget',
  'spacing',
  'spend_cap',
  'no_free_account',
  'quarantine',
  'breaker',
  'maintenance',
  'paused',
  'receiver_down',
  'store_down',
  'missed',
  'shutdown',
  'low_backup_codes',
] as const;
/** Why a tick started no attempt. */
export type Skip = (typeof SKIPS)[number];

export const DISPOSITIONS = ['matched', 'duplicate', 'stale', 'wrong_sender', 'late', 'unmatched'] as const;
/**
 * What became of a message that reached us; each ends in exactly one.
 * `matched`: it belongs to an attempt in flight. `duplicate`: a copy of a matched one. `stale`: sent before the
 * attempt asked. `late`: for an attempt that was already given up. `unmatched`: nobody was waiting for it.
 */
export type Disposition = (typeof DISPOSITIONS)[number];
