import type { Attempt } from '../domain/attempt.ts';
import type { EpochMs } from '../domain/units.ts';
import type { InboxError } from '../ports/inbox.ts';
import type { EventOf, Observer, ProbeEvent } from '../ports/observer.ts';
import type { InboxView, LiveAttempt, ProbeView } from '../ports/operations.ts';

/** What is known of a probe beyond its configuration and schedule. */
export type ProbeNews = Pick<ProbeView, 'last' | 'lastSuccessAt' | 'lastDeliveryMs' | 'lastSkip'>;

export interface InboxNews {
  readonly up: boolean;
  /** Why it is down; empty while it is up. */
  readonly reason: string;
  readonly lastMessageAt: EpochMs | null;
  /** How often what went wrong. */
  readonly errors: InboxView['errors'];
}

/** A moment's copy of the board. */
export interface BoardView {
  /** Oldest first. */
  readonly inFlight: readonly LiveAttempt[];
  /** By probe; absent while nothing has happened. */
  readonly probes: ReadonlyMap<string, ProbeNews>;
  /** By inbox; absent while nothing has been heard. */
  readonly inboxes: ReadonlyMap<string, InboxNews>;
  readonly store: { readonly up: boolean; readonly reason: string };
}

export type EventListener = (event: ProbeEvent) => void;

/** Keeps what is live, for pages and the API, and passes events on to who listens. */
export interface Board extends Observer {
  /** Fills in the last attempts of an earlier process, in any order. */
  restore(attempts: readonly Attempt[]): void;
  view(): BoardView;
  /** Returns what ends the subscription. */
  subscribe(listener: EventListener): () => void;
}

export const NO_NEWS: ProbeNews = { last: null, lastSuccessAt: null, lastDeliveryMs: null, lastSkip: null };
const UNHEARD: InboxNews = { up: true, reason: '', lastMessageAt: null, errors: {} };

interface State {
  readonly inFlight: Map<string, LiveAttempt>;
  readonly probes: Map<string, ProbeNews>;
  /** By probe: when the code of lastDeliveryMs was asked for. */
  readonly deliveries: Map<string, EpochMs>;
  readonly inboxes: Map<string, InboxNews>;
  store: { readonly up: boolean; readonly reason: string };
}

export function createBoard(): Board {
  const state: State = {
    inFlight: new Map(),
    probes: new Map(),
    deliveries: new Map(),
    inboxes: new Map(),
    store: { up: true, reason: '' },
  };
  const listeners = new Set<EventListener>();
  return {
    observe(event) {
      note(state, event);
      for (const listener of listeners) listener(event);
    },
    restore(attempts) {
      for (const attempt of attempts) noteAttempt(state, attempt);
    },
    view: () => ({
      inFlight: [...state.inFlight.values()],
      probes: new Map(state.probes),
      inboxes: new Map(state.inboxes),
      store: state.store,
    }),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function note(state: State, event: ProbeEvent): void {
  switch (event.kind) {
    case 'attempt_started': {
      const { plan } = event;
      const since = { stage: null, stageSince: plan.startedAt, requestedAt: null, overdue: false };
      state.inFlight.set(plan.id, { plan, ...since });
      return;
    }
    case 'stage_started':
      changeLive(state, event.plan.id, { stage: event.stage, stageSince: event.at });
      return;
    case 'code_requested':
      changeLive(state, event.plan.id, { requestedAt: event.at });
      return;
    case 'code_overdue':
      changeLive(state, event.plan.id, { overdue: true });
      return;
    case 'attempt_finished':
      state.inFlight.delete(event.attempt.id);
      noteAttempt(state, event.attempt);
      return;
    case 'attempt_dropped':
      state.inFlight.delete(event.attempt.id);
      return;
    case 'tick_skipped':
      noteSkip(state, event);
      return;
    case 'message_settled':
      changeInbox(state, event.inbox, { lastMessageAt: event.at });
      return;
    case 'inbox_changed':
      changeInbox(state, event.inbox, { up: event.up, reason: event.up ? '' : event.reason });
      return;
    case 'inbox_failed':
      noteError(state, event.inbox, event.error);
      return;
    case 'store_changed':
      state.store = { up: event.up, reason: event.up ? '' : event.reason };
      return;
    case 'tick_taken':
    case 'receipt_judged':
    case 'config_reloaded':
    case 'outage_changed':
    case 'confirmation_started':
    case 'verdict_changed':
      return;
    default:
      event satisfies never;
  }
}

const newsOf = (state: State, probe: string): ProbeNews => state.probes.get(probe) ?? NO_NEWS;

function changeLive(state: State, id: string, change: Partial<LiveAttempt>): void {
  const live = state.inFlight.get(id);
  if (live) state.inFlight.set(id, { ...live, ...change });
}

function changeInbox(state: State, inbox: string, change: Partial<InboxNews>): void {
  state.inboxes.set(inbox, { ...(state.inboxes.get(inbox) ?? UNHEARD), ...change });
}

function noteSkip(state: State, { probe, reason, detail, tickAt: at }: EventOf['tick_skipped']): void {
  state.probes.set(probe, { ...newsOf(state, probe), lastSkip: { reason, detail, at } });
}

function noteError(state: State, inbox: string, error: InboxError): void {
  const { errors } = state.inboxes.get(inbox) ?? UNHEARD;
  changeInbox(state, inbox, { errors: { ...errors, [error]: (errors[error] ?? 0) + 1 } });
}

function noteAttempt(state: State, attempt: Attempt): void {
  const { probe, code, finishedAt, outcome } = attempt;
  const news = newsOf(state, probe);
  const succeeded = outcome === 'ok' || outcome === 'late';
  state.probes.set(probe, {
    ...news,
    last: news.last && news.last.finishedAt > finishedAt ? news.last : attempt,
    lastSuccessAt: succeeded ? Math.max(news.lastSuccessAt ?? finishedAt, finishedAt) : news.lastSuccessAt,
    lastDeliveryMs: code && isLatestDelivery(state, attempt) ? code.deliveryMs : news.lastDeliveryMs,
  });
}

function isLatestDelivery(state: State, { probe, code }: Attempt): boolean {
  if (!code || code.deliveryMs === null) return false;
  if ((state.deliveries.get(probe) ?? -Infinity) > code.requestedAt) return false;
  state.deliveries.set(probe, code.requestedAt);
  return true;
}
