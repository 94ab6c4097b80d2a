import type { CodeResult, Outcome } from './outcome.ts';

/**
 * What became of a requested code. A code that arrived is judged by its arrival, whatever came after; one that the
 * target said it could not send is lost to the user just as a silent one is.
 */
export function codeResultOf(outcome: Outcome, arrival: 'on_time' | 'late' | null): CodeResult {
  if (arrival) return arrival;
  switch (outcome) {
    case 'lost':
    case 'request_refused':
      return 'lost';
    case 'code_unreadable':
      return 'unreadable';
    case 'redacted':
      return 'redacted';
    default:
      return 'unmeasured';
  }
}
