import type { EpochMs } from '../units.ts';
import { confirmRoute, mostSuspect, namedRoute, type RouteView } from './all-routes.ts';
import { deadlineOf } from './config.ts';
import { init, type DetectorState } from './state.ts';
import { answerNow, nextWake, step, type Answer } from './step.ts';
import { ALL_ROUTES, type TargetConfig } from './target-config.ts';
import { instanceEvents, type TargetEvent } from './target-event.ts';

/** The detectors of a target, by name: one for each route, and `all` where there are two or more. Plain JSON. */
export type TargetState = Readonly<Record<string, DetectorState>>;
export type TargetAnswers = Readonly<Record<string, Answer>>;

/** A wish for one more probe. It is repeated after every event until the probe is launched. */
export interface Confirmation {
  /** Where the probe goes. */
  readonly route: string;
  /** Who pays, and under which route it is counted: the route itself, or `all`. */
  readonly askedBy: string;
}

export interface TargetDetector {
  readonly state: TargetState;
  /** The latest answer of each detector, as of its own latest event. */
  readonly answers: TargetAnswers;
  /** The detectors that the event reached. */
  readonly stepped: readonly string[];
  readonly confirmation: Confirmation | null;
  /** When to send the next tick; null: no need. */
  readonly nextWake: EpochMs | null;
  /** What an alarm of `all` is about: one route; null: several routes, or there is no such alarm. */
  readonly named: string | null;
}

/** An outage as the verdict takes it up. */
export interface Outage {
  /** Launch of its first bad probe; null: not known any more. */
  readonly since: EpochMs | null;
  /** A code slower than this is a bad one; null: the outage is not about slowness. */
  readonly slowFromMs: number | null;
}

/** New detectors, or those that were stored. After a restart, send a `restore` next. */
export function initTarget(at: EpochMs, config: TargetConfig, stored: TargetState = {}): TargetDetector {
  const state: Record<string, DetectorState> = {};
  const answers: Record<string, Answer> = {};
  for (const [name, detector] of Object.entries(config.detectors)) {
    const known = stored[name] ?? init(at, detector);
    state[name] = known;
    answers[name] = answerNow(known, detector);
  }
  return summarise({ state, answers, stepped: [], at }, config);
}

/** One event of a target. Pure: `previous` is left as it was. */
export function stepTarget(
  previous: TargetDetector,
  event: TargetEvent,
  config: TargetConfig,
): TargetDetector {
  const isDue = (name: string): boolean => (wakeOf(previous.state, name, config) ?? Infinity) <= event.at;
  const state: Record<string, DetectorState> = { ...previous.state };
  const answers: Record<string, Answer> = { ...previous.answers };
  const stepped = new Set<string>();
  for (const { to, event: heard } of instanceEvents(previous.state, event, isDue)) {
    const detector = config.detectors[to];
    const before = state[to];
    if (!detector || !before) continue;
    const next = step(before, heard, detector);
    state[to] = next.state;
    answers[to] = stepped.has(to) ? joined(answers[to], next.answer) : next.answer;
    stepped.add(to);
  }
  return summarise({ state, answers, stepped: [...stepped], at: event.at }, config);
}

/** What the detectors in ALARM say together; null: none is. */
export function outageOf({ answers }: TargetDetector): Outage | null {
  const alarms = Object.values(answers).filter(({ status }) => status === 'ALARM');
  if (alarms.length === 0) return null;
  return {
    since: least(alarms.map(({ badSince }) => badSince)),
    slowFromMs: least(alarms.map(({ slowFromMs }) => slowFromMs)),
  };
}

const least = (numbers: readonly (number | null)[]): number | null => {
  const known = numbers.filter((number) => number !== null);
  return known.length > 0 ? Math.min(...known) : null;
};

/** Two answers of one event: no change of status gets lost between them. */
function joined(first: Answer | undefined, second: Answer): Answer {
  const from = first?.transition?.from ?? second.transition?.from;
  const changed = from !== undefined && from !== second.status;
  return { ...second, transition: changed ? { from, to: second.status } : null };
}

interface Moment extends Pick<TargetDetector, 'state' | 'answers' | 'stepped'> {
  readonly at: EpochMs;
}

function summarise({ at, ...moment }: Moment, config: TargetConfig): TargetDetector {
  const routes = routeViews(moment, config);
  const wakes = Object.keys(moment.state).map((name) => wakeOf(moment.state, name, config) ?? Infinity);
  const next = Math.min(...wakes);
  return {
    ...moment,
    confirmation: confirmationOf(moment, routes, at),
    nextWake: Number.isFinite(next) ? next : null,
    named: moment.state[ALL_ROUTES]?.status === 'ALARM' ? namedRoute(routes) : null,
  };
}

/** Routes come first: a probe that a route pays for is evidence for `all` as well. */
function confirmationOf(
  { answers }: Pick<Moment, 'answers'>,
  routes: readonly RouteView[],
  at: EpochMs,
): Confirmation | null {
  const asking = routes.filter(({ route }) => answers[route]?.action === 'confirm');
  const asker = mostSuspect(asking);
  if (asker) return { route: asker.route, askedBy: asker.route };
  if (answers[ALL_ROUTES]?.action !== 'confirm') return null;
  const route = confirmRoute(routes, at);
  return route === null ? null : { route, askedBy: ALL_ROUTES };
}

function routeViews(
  { state, answers }: Pick<Moment, 'state' | 'answers'>,
  config: TargetConfig,
): RouteView[] {
  return Object.entries(config.detectors).flatMap(([route, detector]) => {
    const known = state[route];
    const answer = answers[route];
    if (route === ALL_ROUTES || !known || !answer) return [];
    return [{ route, state: known, score: answer.score, config: detector }];
  });
}

/** The detector's own wake, and the grace where that is the deadline of a probe. */
function wakeOf(target: TargetState, name: string, { detectors, graceMs }: TargetConfig): EpochMs | null {
  const state = target[name];
  const config = detectors[name];
  if (!state || !config) return null;
  const wake = nextWake(state, config);
  if (wake === null) return null;
  const isDeadline = state.waiting.some(({ launchedAt }) => launchedAt + deadlineOf(config) === wake);
  return isDeadline ? wake + graceMs : wake;
}
