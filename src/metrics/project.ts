import type { Attempt, AttemptPlan, CodeRecord } from '../domain/attempt.ts';
import type { CodeResult } from '../domain/outcome.ts';
import { SECOND, type EpochMs } from '../domain/units.ts';
import type { DroppedAttempt, ProbeEvent } from '../ports/observer.ts';
import type { Bounds } from './bounds.ts';
import { LOST_SECONDS } from './catalogue.ts';
import type { Families, Labels } from './families.ts';
import type { Recent } from './recent.ts';
import type { Waiting } from './waiting.ts';

export interface Projection {
  readonly families: Families;
  readonly waiting: Waiting;
  readonly recent: Recent;
  /** Of the configuration in use. */
  readonly bounds: () => Bounds;
}

/** Turns what happens into series. Events of what is not configured change none. */
export function project(to: Projection, event: ProbeEvent): void {
  const { families, waiting } = to;
  switch (event.kind) {
    case 'tick_skipped':
      countSkip(to, event);
      return;
    case 'tick_taken':
      families.scheduleLag.set({}, event.lagMs / SECOND);
      return;
    case 'attempt_started':
      waiting.started(event.plan);
      return;
    case 'stage_started':
    case 'outage_changed':
    case 'verdict_changed':
      // What they say is asked for at each scrape.
      return;
    case 'confirmation_started':
      countConfirmation(to, event.target, event.askedBy);
      return;
    case 'code_requested':
      countRequest(to, event.plan);
      return;
    case 'code_overdue':
      waiting.overdue(event.plan);
      return;
    case 'attempt_finished':
      finishAttempt(to, event.attempt);
      return;
    case 'attempt_dropped':
      dropAttempt(to, event.attempt);
      return;
    case 'message_settled':
      countMessage(to, event);
      return;
    case 'inbox_changed':
    case 'inbox_failed':
    case 'receipt_judged':
      noteReception(to, event);
      return;
    case 'store_changed':
      families.storeUp.set({}, Number(event.up));
      return;
    case 'config_reloaded':
      noteReload(families, event.ok, event.at);
      return;
    default:
      event satisfies never;
  }
}

export function noteReload(families: Families, ok: boolean, at: EpochMs): void {
  families.reloadSuccessful.set({}, Number(ok));
  if (ok) families.reloadTimestamp.set({}, at / SECOND);
}

const allowed = (to: Projection, labels: Labels): boolean => to.bounds().allow(labels);

/** The labels of the plan's code; null when it has none, or none that is configured. */
function codeLabels(to: Projection, plan: DroppedAttempt) {
  const { probe, target, route, phone } = plan;
  if (route === null || phone === null) return null;
  const labels = { probe, target, route, phone };
  return allowed(to, labels) ? labels : null;
}

function countRequest(to: Projection, plan: AttemptPlan): void {
  const labels = codeLabels(to, plan);
  if (labels && to.waiting.requested(plan)) to.families.codesRequested.add(labels);
}

/** Contrast probes of a verdict are asked for by no detector. */
function countConfirmation(to: Projection, target: string, route: string | null): void {
  if (route !== null && allowed(to, { target })) to.families.confirmations.add({ target, route });
}

function finishAttempt(to: Projection, attempt: Attempt): void {
  const wasRequested = to.waiting.finished(attempt.id);
  const { id, probe, target, factor, location, outcome, fault } = attempt;
  if (!allowed(to, { probe, target, factor })) return;
  to.families.attempts.add({ probe, target, factor, location, outcome, fault }, 1, id);
  if (attempt.logout === 'failed') to.families.logoutFailures.add({ probe });
  for (const { stage, durationMs } of attempt.stages) {
    to.families.stageDuration.observe({ probe, stage }, durationMs / SECOND);
  }
  settleCode(to, attempt, wasRequested);
  to.recent.note(attempt, to.bounds());
}

/** Its outcome is counted where it was ended; a code that was counted as requested here gets its result here. */
function dropAttempt(to: Projection, attempt: DroppedAttempt): void {
  if (!to.waiting.finished(attempt.id)) return;
  const labels = codeLabels(to, attempt);
  if (labels) to.families.codes.add({ ...labels, result: 'unmeasured' });
}

/**
 * Each requested code gets one result. One that an earlier process asked for is counted as requested here, with
 * its result; one that the attempt does not account for is ours to explain: unmeasured.
 */
function settleCode(to: Projection, attempt: Attempt, wasRequested: boolean): void {
  const labels = codeLabels(to, attempt);
  if (!labels || (!attempt.code && !wasRequested)) return;
  if (!wasRequested) to.families.codesRequested.add(labels);
  to.families.codes.add({ ...labels, result: attempt.code?.result ?? 'unmeasured' });
  const seconds = attempt.code && deliverySeconds(attempt.code);
  if (seconds === null) return;
  const { probe, target, route } = labels;
  to.families.codeDelivery.observe({ probe, target, route }, seconds, attempt.id);
}

const measured = (code: CodeRecord) => (code.deliveryMs === null ? null : code.deliveryMs / SECOND);

/** What the delivery histogram observes; null: nothing was measured. */
const DELIVERY_OF = {
  on_time: measured,
  late: measured,
  unreadable: measured,
  redacted: measured,
  lost: () => LOST_SECONDS,
  unmeasured: () => null,
} satisfies Record<CodeResult, (code: CodeRecord) => number | null>;

const deliverySeconds = (code: CodeRecord): number | null => DELIVERY_OF[code.result](code);

type ReceptionEvent = Extract<ProbeEvent, { kind: 'inbox_changed' | 'inbox_failed' | 'receipt_judged' }>;

function noteReception(to: Projection, event: ReceptionEvent): void {
  const { inboxErrors, inboxUp, receipts } = to.families;
  if (event.kind === 'receipt_judged') {
    const { probe, target, route, truth } = event;
    if (allowed(to, { probe, target, route })) receipts.add({ probe, target, route, truth });
    return;
  }
  const { inbox } = event;
  if (!allowed(to, { inbox })) return;
  if (event.kind === 'inbox_failed') inboxErrors.add({ inbox, error: event.error });
  else inboxUp.set({ inbox }, Number(event.up));
}

function countSkip(to: Projection, { probe, reason }: Extract<ProbeEvent, { kind: 'tick_skipped' }>): void {
  if (allowed(to, { probe })) to.families.skips.add({ probe, reason });
}

function countMessage(to: Projection, event: Extract<ProbeEvent, { kind: 'message_settled' }>): void {
  const { inbox, disposition, afterExpiry } = event;
  if (allowed(to, { inbox })) to.families.inboxMessages.add({ inbox, disposition });
  if (!afterExpiry || afterExpiry.route === null) return;
  const { probe, target, route } = afterExpiry;
  if (allowed(to, { probe, target, route })) to.families.arrivedAfterExpiry.add({ probe, route });
}
