import { threshold } from '../../domain/detector/config.ts';
import { SAMPLE_OF } from '../../domain/detector/sample.ts';
import { ALL_ROUTES, type TargetConfig } from '../../domain/detector/target-config.ts';
import {
  initTarget,
  outageOf,
  stepTarget,
  type Confirmation,
  type Outage,
  type TargetDetector,
  type TargetState,
} from '../../domain/detector/target-detector.ts';
import type { TargetEvent } from '../../domain/detector/target-event.ts';
import type { Attempt, AttemptPlan } from '../../domain/attempt.ts';
import { SECOND, type EpochMs } from '../../domain/units.ts';
import { STREAK_MS } from '../../domain/verdict/dead-phones.ts';
import type { Estate } from '../../domain/verdict/estate.ts';
import {
  inboxObservation,
  observationOf,
  overdueObservation,
  type Observation,
} from '../../domain/verdict/observation.ts';
import { decideVerdict, type Verdict } from '../../domain/verdict/verdict.ts';
import type { DroppedAttempt, ProbeEvent } from '../../ports/observer.ts';

/** What is kept of a target's watch, so that a restart goes on where it stopped. */
export interface StoredWatch {
  readonly detectors: TargetState;
  /** Since when codes fail, in an outage. */
  readonly outageSince: EpochMs | null;
  readonly recoveredAt: EpochMs | null;
  readonly verdict: Verdict | null;
  readonly verdictSince: EpochMs | null;
}

export interface TargetWatchParts {
  readonly target: string;
  readonly config: TargetConfig;
  readonly estate: Estate;
  readonly at: EpochMs;
  readonly stored: StoredWatch | null;
  readonly emit: (event: ProbeEvent) => void;
}

/** One target's detectors and verdict. No I/O: it is told what happens, and says what it would like to know. */
export class TargetWatch {
  readonly target: string;
  readonly config: TargetConfig;
  readonly #parts: TargetWatchParts;
  readonly #observations = new Map<string, Observation>();
  #detector: TargetDetector;
  #verdict: Verdict;
  #verdictSince: EpochMs;
  #outageSince: EpochMs | null;
  #recoveredAt: EpochMs | null;
  #muted = new Set<string>();
  #isWhollyMuted = false;

  constructor(parts: TargetWatchParts) {
    const { target, config, at, stored } = parts;
    this.target = target;
    this.config = config;
    this.#parts = parts;
    this.#detector = initTarget(at, config, stored?.detectors);
    this.#outageSince = stored?.outageSince ?? null;
    this.#recoveredAt = stored?.recoveredAt ?? null;
    this.#verdict = stored?.verdict ?? this.#decide(at);
    this.#verdictSince = stored?.verdictSince ?? at;
    // What waited for an answer when the process ended was not watched.
    if (stored) this.#step({ type: 'restore', at, route: null });
  }

  get detector(): TargetDetector {
    return this.#detector;
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  get verdictSince(): EpochMs {
    return this.#verdictSince;
  }

  /**
   * The confirmations that would tell something now, best first. What the detector of all routes asks for may go
   * anywhere: phones rest after a lost code, and where the suspected route has none left, another one tells as well.
   */
  get wishes(): Confirmation[] {
    const { confirmation, answers } = this.#detector;
    const wishes = confirmation ? [confirmation] : [];
    if (answers[ALL_ROUTES]?.action !== 'confirm') return wishes;
    const bySuspicion = this.#routes.sort((a, b) => (answers[b]?.score ?? 0) - (answers[a]?.score ?? 0));
    return [...wishes, ...bySuspicion.map((route) => ({ route, askedBy: ALL_ROUTES }))];
  }

  get stored(): StoredWatch {
    const detectors = this.#detector.state;
    return {
      detectors,
      outageSince: this.#outageSince,
      recoveredAt: this.#recoveredAt,
      verdict: this.#verdict,
      verdictSince: this.#verdictSince,
    };
  }

  /** Attempts whose code the routes' detectors wait for. */
  get waiting(): DroppedAttempt[] {
    const { target } = this;
    return this.#routes.flatMap((route) =>
      (this.#detector.state[route]?.waiting ?? []).map(({ id }) => ({
        id,
        probe: '',
        target,
        phone: null,
        route,
      })),
    );
  }

  thresholdOf(route: string): number {
    const config = this.config.detectors[route];
    return config ? threshold(config) : Infinity;
  }

  /** What was seen before this process began. */
  remember(attempts: readonly Attempt[], at: EpochMs): void {
    for (const attempt of attempts) {
      const observation = observationOf(attempt);
      if (observation) this.#observations.set(observation.id, observation);
    }
    this.judge(at);
  }

  /** t0 of a code of this target. */
  launched(plan: AttemptPlan, at: EpochMs, askedBy: string | null): void {
    if (plan.route === null) return;
    this.#step({ type: 'launch', at, route: plan.route, id: plan.id, askedBy });
  }

  overdue(plan: AttemptPlan, requestedAt: EpochMs, at: EpochMs): void {
    this.#note(overdueObservation(plan, requestedAt), at);
  }

  /** An attempt of this target, or a control, is over. */
  finished(attempt: Attempt, at: EpochMs): void {
    const { route, code, id, target } = attempt;
    if (target === this.target && route !== null && code) {
      const sample = SAMPLE_OF[code.result];
      const latencyMs = code.deliveryMs ?? 0;
      if (sample === 'delivered') this.#step({ type: 'delivered', at, route, id, latencyMs });
      if (sample === 'abort') this.#step({ type: 'abort', at, route, id });
    }
    const observation = observationOf(attempt);
    // An overdue code that turned out to be our own trouble speaks against nobody.
    if (observation) this.#note(observation, at);
    else if (this.#observations.delete(id)) this.judge(at);
  }

  /** It ended elsewhere: nothing that is heard here tells what became of its code. */
  dropped({ id, route }: DroppedAttempt, at: EpochMs): void {
    if (route !== null) this.#step({ type: 'abort', at, route, id });
    if (this.#observations.delete(id)) this.judge(at);
  }

  observed(observation: Observation, at: EpochMs): void {
    this.#note(observation, at);
  }

  /** The inbox still cannot be read. */
  unread(inbox: string, at: EpochMs): void {
    const phone = this.#parts.estate.phones.find((one) => one.inbox === inbox);
    if (phone) this.#note(inboxObservation(inbox, phone.name, at), at);
  }

  /** The inbox can be read again: that it could not tells nothing about now. */
  readable(inbox: string, at: EpochMs): void {
    const { phones } = this.#parts.estate;
    const its = new Set(phones.filter((one) => one.inbox === inbox).map(({ name }) => name));
    for (const [id, { outcome, phone }] of this.#observations)
      if (outcome === 'receiver_down' && its.has(phone ?? '')) this.#observations.delete(id);
    this.judge(at);
  }

  tick(at: EpochMs): void {
    this.#step({ type: 'tick', at });
  }

  /** Nothing can be said of what waits on these routes: their inbox cannot be read. */
  blind(routes: readonly string[], at: EpochMs): void {
    for (const route of routes) this.#step({ type: 'restore', at, route });
  }

  /** These routes, and no others, are in maintenance now. */
  mute(routes: ReadonlySet<string>, at: EpochMs): void {
    const all = this.#routes;
    const whole = all.every((route) => routes.has(route));
    if (whole !== this.#isWhollyMuted) {
      this.#isWhollyMuted = whole;
      this.#muted = new Set(whole ? all : []);
      this.#step({ type: 'maintenance', at, route: null, on: whole });
    }
    for (const route of all) {
      const on = routes.has(route);
      if (on === this.#muted.has(route)) continue;
      if (on) this.#muted.add(route);
      else this.#muted.delete(route);
      this.#step({ type: 'maintenance', at, route, on });
    }
  }

  /** Forms the verdict anew: time alone makes evidence old. */
  judge(at: EpochMs): void {
    const verdict = this.#decide(at);
    const before = this.#verdict;
    this.#verdict = verdict;
    if (verdict.cause === before.cause && verdict.subject === before.subject) return;
    this.#verdictSince = at;
    this.#parts.emit({ kind: 'verdict_changed', target: this.target, before: before.cause, verdict });
  }

  get #routes(): string[] {
    return Object.keys(this.config.detectors).filter((route) => route !== ALL_ROUTES);
  }

  #note(observation: Observation, at: EpochMs): void {
    this.#observations.set(observation.id, observation);
    const oldest = at - this.#keepMs;
    for (const [id, known] of this.#observations) if (known.at < oldest) this.#observations.delete(id);
    if (!this.#isKnown(observation, at)) this.judge(at);
  }

  /** What goes well while all is well changes nothing, however much of it there is. */
  #isKnown({ reading }: Observation, at: EpochMs): boolean {
    const sinceMs = at - this.#verdict.at;
    return reading === 'ok' && this.#verdict.cause === 'healthy' && sinceMs >= 0 && sinceMs < SECOND;
  }

  get #keepMs(): number {
    const intervals = Object.values(this.#parts.estate.intervalMs).map((interval) => 3 * (interval ?? 0));
    return Math.max(STREAK_MS, ...intervals);
  }

  #decide(at: EpochMs): Verdict {
    return decideVerdict({
      at,
      outage: this.#outage,
      recoveredAt: this.#recoveredAt,
      observations: [...this.#observations.values()],
      estate: this.#parts.estate,
    });
  }

  /** The detectors forget when it began when they are restored; we do not. */
  get #outage(): Outage | null {
    const outage = outageOf(this.#detector);
    return outage && { ...outage, since: outage.since ?? this.#outageSince };
  }

  #step(event: TargetEvent): void {
    const wasOut = this.#outage !== null;
    this.#detector = stepTarget(this.#detector, event, this.config);
    const outage = this.#outage;
    const isOut = outage !== null;
    this.#outageSince = outage?.since ?? null;
    if (wasOut && !isOut) this.#recoveredAt = event.at;
    for (const route of this.#detector.stepped) this.#tell(route, event.at);
    if (wasOut !== isOut) this.judge(event.at);
  }

  #tell(route: string, at: EpochMs): void {
    const answer = this.#detector.answers[route];
    if (!answer?.transition) return;
    const { from, to } = answer.transition;
    const { hypothesis, score } = answer;
    this.#parts.emit({ kind: 'outage_changed', target: this.target, route, from, to, hypothesis, score, at });
  }
}
