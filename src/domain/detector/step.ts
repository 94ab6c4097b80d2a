import type { EpochMs } from '../units.ts';
import { baselinesOf, beginDay, slowFromMs, unlearned } from './baseline.ts';
import { bucketOf, deadlineOf, threshold, type DetectorConfig } from './config.ts';
import type { DetectorEvent } from './event.ts';
import { finish, markBad, timeOut, weigh, type Weighed } from './evidence.ts';
import { strongest, type Hypothesis } from './hypothesis.ts';
import { asksConfirmation, confirmationPossibleAt, sendsInWindow, wantsConfirmation } from './sends.ts';
import { NO_EVIDENCE, type DetectorState, type Status } from './state.ts';

/** What a detector says after an event. */
export interface Answer {
  readonly status: Status;
  /** What the alarm is about: a hint, not a diagnosis. */
  readonly hypothesis: Hypothesis | null;
  /** Evidence for an outage of any kind, in nats; compare with {@link threshold}. */
  readonly score: number;
  /** `confirm`: start one more probe now. Asked again after every event until it is launched. */
  readonly action: 'confirm' | 'none';
  /** When to send the next tick; null: no need. */
  readonly nextWake: EpochMs | null;
  readonly transition: { readonly from: Status; readonly to: Status } | null;
  /** Launch of the first bad probe of this suspicion or alarm: since when codes fail. */
  readonly badSince: EpochMs | null;
  /** In an alarm that may be about slow codes: a code slower than this is a bad one. */
  readonly slowFromMs: number | null;
}

export interface Step {
  readonly state: DetectorState;
  readonly answer: Answer;
}

/**
 * One event of one detector, in this order: time passes, the event, probes time out, the evidence is weighed, judged,
 * and answered. Pure: `previous` is left as it was.
 */
export function step(previous: DetectorState, event: DetectorEvent, config: DetectorConfig): Step {
  const told = applyEvent(passTime(previous, event.at, config), event, config);
  const settled = timeOut(told, config);
  const weighed = weigh(settled, config);
  const state = judge(settled, weighed, config);
  return { state, answer: answerOf(state, previous.status, weighed.score, config) };
}

/** What a detector would say now, without an event. */
export const answerNow = (state: DetectorState, config: DetectorConfig): Answer =>
  answerOf(state, state.status, weigh(state, config).score, config);

function answerOf(state: DetectorState, previous: Status, score: number, config: DetectorConfig): Answer {
  return {
    status: state.status,
    hypothesis: state.hypothesis,
    score,
    action: asksConfirmation(state, config) ? 'confirm' : 'none',
    nextWake: nextWake(state, config),
    transition: previous === state.status ? null : { from: previous, to: state.status },
    badSince: state.firstBadAt,
    slowFromMs: mayBeSlow(state) ? slowFromMs(state, config) : null,
  };
}

/** The hypothesis is a hint: an outage that makes codes much slower is often called partial. */
const mayBeSlow = ({ hypothesis }: DetectorState): boolean =>
  hypothesis === 'slow' || hypothesis === 'partial';

/** When the next tick is due: a waiting probe passes an edge, or a wanted confirmation becomes possible. */
export function nextWake(state: DetectorState, config: DetectorConfig): EpochMs | null {
  const { lastAt } = state;
  let next = Infinity;
  const consider = (at: EpochMs): void => {
    if (at > lastAt) next = Math.min(next, at);
  };
  for (const { launchedAt } of state.waiting) {
    consider(launchedAt + (config.edgesMs.find((edge) => launchedAt + edge > lastAt) ?? deadlineOf(config)));
  }
  if (wantsConfirmation(state)) consider(confirmationPossibleAt(state, config));
  return Number.isFinite(next) ? next : null;
}

/** A clock that goes back stands still. A long silence, the budget's refill, a new day. */
function passTime(previous: DetectorState, at: EpochMs, config: DetectorConfig): DetectorState {
  const now = Math.max(at, previous.lastAt);
  const silenceMs = now - previous.lastAt;
  const isStale = silenceMs > Math.max(config.maxGapMs, 3 * config.intervalMs);
  const known = isStale ? forgetEvidence(previous) : previous;
  const passed = {
    ...known,
    lastAt: now,
    sends: sendsInWindow(previous.sends, now, config),
    budgetMs: Math.min(config.burst * config.refillMs, previous.budgetMs + silenceMs),
  };
  return beginDay(passed, now, config);
}

/** We were away: what waited or was suspected then tells nothing now. An alarm stays until its end is seen. */
const forgetEvidence = (state: DetectorState): DetectorState => ({
  ...state,
  ...NO_EVIDENCE,
  waiting: [],
  status: state.status === 'SUSPECT' ? 'OK' : state.status,
});

function applyEvent(state: DetectorState, event: DetectorEvent, config: DetectorConfig): DetectorState {
  switch (event.type) {
    case 'launch':
      return launch(state, event, config);
    case 'delivered': {
      // Unknown: it timed out before, and was counted then, or it was never ours.
      const probe = state.waiting.find(({ id }) => id === event.id);
      if (!probe || event.latencyMs > deadlineOf(config)) return state;
      return finish(state, probe, bucketOf(event.latencyMs, config), config);
    }
    case 'abort':
      return { ...state, waiting: state.waiting.filter(({ id }) => id !== event.id) };
    case 'restore':
      return { ...state, waiting: [] };
    case 'maintenance':
      return { ...reset(state, event.on ? 'MUTED' : 'OK'), waiting: [] };
    case 'rebaseline': {
      const anew = unlearned(config);
      return { ...reset(state, 'OK'), waiting: [], ...anew, base: baselinesOf(anew, config) };
    }
    case 'tick':
      break;
  }
  return state;
}

function launch(
  state: DetectorState,
  { id, confirm }: { readonly id: string; readonly confirm: boolean },
  config: DetectorConfig,
): DetectorState {
  const launchedAt = state.lastAt;
  return {
    ...state,
    sends: [...state.sends, launchedAt],
    lastLaunchAt: launchedAt,
    budgetMs: confirm ? state.budgetMs - config.refillMs : state.budgetMs,
    waiting: state.status === 'MUTED' ? state.waiting : [...state.waiting, { id, launchedAt }],
  };
}

const reset = (state: DetectorState, status: Status): DetectorState => ({
  ...state,
  ...NO_EVIDENCE,
  hypothesis: null,
  status,
});

function judge(state: DetectorState, weighed: Weighed, config: DetectorConfig): DetectorState {
  if (state.status === 'MUTED') return state;
  if (state.status === 'ALARM') return state.recovery >= config.recover ? reset(state, 'OK') : state;
  const status = suspicion(state.status, weighed.score, config);
  if (status === 'OK') return { ...state, status, firstBadAt: null, lastBadAt: null };
  const suspected = weighed.badLaunches.reduce(markBad, { ...state, status });
  const spanMs = (suspected.lastBadAt ?? 0) - (suspected.firstBadAt ?? 0);
  const isAlarm = weighed.score >= threshold(config) && spanMs >= config.minSpanMs;
  if (!isAlarm) return suspected;
  return { ...suspected, status: 'ALARM', recovery: 0, hypothesis: strongest(weighed.weights) };
}

/** Two thresholds, so that suspicion does not flap around one. */
function suspicion(status: 'OK' | 'SUSPECT', score: number, config: DetectorConfig): 'OK' | 'SUSPECT' {
  if (score >= config.suspect) return 'SUSPECT';
  return score < config.suspectOff ? 'OK' : status;
}
