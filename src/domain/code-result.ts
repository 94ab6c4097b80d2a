import type { CodeResult, Outcome } from './outcome.ts';

/**
 * What became of a requested code that did not arrive. One that the target said it could not send is lost to the
 * user just as a silent one is; where the login broke around it, nothing was measured.
 */
const WITHOUT_ARRIVAL = {
  ok: 'unmeasured',
  late: 'late',
  lost: 'lost',
  code_unreadable: 'unreadable',
  code_rejected: 'unmeasured',
  challenge_missing: 'unmeasured',
  request_refused: 'lost',
  login_refused: 'unmeasured',
  target_unreachable: 'unmeasured',
  rate_limited: 'unmeasured',
  redacted: 'redacted',
  receiver_down: 'unmeasured',
  flow_error: 'unmeasured',
  aborted: 'unmeasured',
} as const satisfies Record<Outcome, CodeResult>;

/** A code that arrived is judged by its arrival, whatever came after. */
export const codeResultOf = (outcome: Outcome, arrival: 'on_time' | 'late' | null): CodeResult =>
  arrival ?? WITHOUT_ARRIVAL[outcome];
