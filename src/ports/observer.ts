import type { Attempt, AttemptPlan } from '../domain/attempt.ts';
import type { Hypothesis } from '../domain/detector/hypothesis.ts';
import type { Status } from '../domain/detector/state.ts';
import type { Disposition, Skip, Stage } from '../domain/outcome.ts';
import type { Truth } from '../domain/receipt.ts';
import type { EpochMs } from '../domain/units.ts';
import type { InboxError } from './inbox.ts';
import type { Cause } from '../domain/verdict/cause.ts';
import type { Verdict } from '../domain/verdict/verdict.ts';

/** What happens, as it happens. Observers turn it into metrics, log lines, live pages and detection. */
export type ProbeEvent =
  | {
      readonly kind: 'tick_skipped';
      readonly probe: string;
      readonly target: string;
      readonly reason: Skip;
      readonly detail: string;
      readonly tickAt: EpochMs;
    }
  /** `lagMs`: from the tick and its jitter to the start of the attempt's decision. */
  | { readonly kind: 'tick_taken'; readonly probe: string; readonly lagMs: number }
  | { readonly kind: 'attempt_started'; readonly plan: AttemptPlan }
  | {
      readonly kind: 'stage_started';
      readonly plan: AttemptPlan;
      readonly stage: Stage;
      readonly at: EpochMs;
    }
  /** t0. */
  | { readonly kind: 'code_requested'; readonly plan: AttemptPlan; readonly at: EpochMs }
  /** The deadline passed without a code; the attempt waits on. */
  | { readonly kind: 'code_overdue'; readonly plan: AttemptPlan; readonly at: EpochMs }
  | { readonly kind: 'attempt_finished'; readonly attempt: Attempt }
  /** Its lease was lost and it was ended without it, mostly by another process: its end was or is told there. */
  | { readonly kind: 'attempt_dropped'; readonly attempt: DroppedAttempt; readonly reason: string }
  | {
      readonly kind: 'message_settled';
      readonly inbox: string;
      readonly phone: string | null;
      readonly from: string;
      readonly disposition: Disposition;
      readonly at: EpochMs;
      /** Set when it belongs to a code that was given up. */
      readonly afterExpiry: {
        readonly probe: string;
        readonly target: string;
        readonly route: string | null;
      } | null;
    }
  /** A detector changed its mind; `route` is `all` for all routes of the target together. */
  | {
      readonly kind: 'outage_changed';
      readonly target: string;
      readonly route: string;
      readonly from: Status;
      readonly to: Status;
      readonly hypothesis: Hypothesis | null;
      readonly score: number;
      readonly at: EpochMs;
    }
  /** A probe outside the schedule: `askedBy` a detector (a route, or `all`); null: to tell suspects apart. */
  | {
      readonly kind: 'confirmation_started';
      readonly target: string;
      readonly askedBy: string | null;
      readonly plan: AttemptPlan;
    }
  | {
      readonly kind: 'verdict_changed';
      readonly target: string;
      readonly before: Cause;
      readonly verdict: Pick<Verdict, 'at' | 'cause' | 'subject' | 'posterior' | 'words' | 'missing'> &
        Partial<Pick<Verdict, 'failingSince'>>;
    }
  | { readonly kind: 'inbox_changed'; readonly inbox: string; readonly up: boolean; readonly reason: string }
  /** Each time that something went wrong at an inbox, whether it is up or not. */
  | { readonly kind: 'inbox_failed'; readonly inbox: string; readonly error: InboxError }
  /** What the sender's provider said of a code, beside whether it was seen. Decides nothing. */
  | {
      readonly kind: 'receipt_judged';
      readonly attempt: string;
      readonly probe: string;
      readonly target: string;
      readonly phone: string;
      readonly route: string;
      readonly truth: Truth;
    }
  | { readonly kind: 'store_changed'; readonly up: boolean; readonly reason: string }
  | { readonly kind: 'config_reloaded'; readonly ok: boolean; readonly reason: string; readonly at: EpochMs };

export type DroppedAttempt = Pick<AttemptPlan, 'id' | 'probe' | 'target' | 'phone' | 'route'>;

/** The event of a kind. */
export type EventOf = { readonly [Event in ProbeEvent as Event['kind']]: Event };

/** Takes note of events; must return at once. One that throws harms nobody. */
export interface Observer {
  observe(event: ProbeEvent): void;
}
