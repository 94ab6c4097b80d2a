import { DAY, MINUTE, SECOND } from '../units.ts';

/**
 * What a detector is told once. Times are whole milliseconds, evidence is in nats (natural logarithms).
 * docs/detection.md says where each default comes from.
 */
export interface DetectorConfig {
  /** Upper edges of the latency buckets; the last one is the deadline. One more bucket holds what came later or never. */
  readonly edgesMs: readonly number[];
  /** Period of the route's scheduled probes; for all routes together, their combined period. */
  readonly intervalMs: number;
  /** Silence of more than this, or of three intervals, makes the evidence stale. */
  readonly maxGapMs: number;
  /** Days between two false pages that the owner accepts, all routes together. */
  readonly targetFalseAlarmDays: number;
  /** Probes a day of all routes, divided by those of this one. */
  readonly routes: number;
  /** What confirmations add to the number of probes, as a factor. */
  readonly confirmOverhead: number;
  /** Score at which suspicion, and confirmation with it, starts; and below which it ends. */
  readonly suspect: number;
  readonly suspectOff: number;
  /** Least time between the last send and a confirmation. */
  readonly confirmGapMs: number;
  /** Least time between the first and the last bad probe of an alarm: losses come in bursts. */
  readonly minSpanMs: number;
  /** Confirmations that can be saved up, and the time that earns one. */
  readonly burst: number;
  readonly refillMs: number;
  /** Numbers of the route, and the target's limit of sends to one number in a window. */
  readonly phones: number;
  readonly sendsPerPhone: number;
  readonly windowMs: number;
  /** Sends in a window, all numbers together; null: from the three above. */
  readonly windowSends: number | null;
  /** Share of codes that each kind of outage loses on top of the normal. */
  readonly lossTotal: number;
  readonly lossPartial: number;
  /** A slow outage moves this share of the codes by so many buckets. */
  readonly slowShift: number;
  readonly slowMix: number;
  /** A total loss is over when the evidence against a loss of `recoverLoss` reaches `recover`. */
  readonly recoverLoss: number;
  readonly recover: number;
  /** A fixed baseline instead of the learned ones: a probability for each bucket. */
  readonly q0: readonly number[] | null;
  /** What is taken for normal before anything was learned, and how many probes that belief is worth. */
  readonly prior: readonly number[];
  readonly priorWeight: number;
  readonly halfLifeDays: number;
  /** The same for the baseline of one hour of the day, which leans on the overall one. */
  readonly hourWeight: number;
  readonly hourHalfLifeDays: number;
  /** The learned share of lost codes is raised by this factor, then held between floor and cap. */
  readonly inflate: number;
  readonly p0Floor: number;
  readonly p0Cap: number;
  readonly binFloor: number;
  /** Until so many results were seen, only finished losses may raise an alarm. */
  readonly warmupProbes: number;
}

export const DEFAULTS: DetectorConfig = {
  edgesMs: [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000],
  intervalMs: 5 * MINUTE,
  maxGapMs: 15 * MINUTE,
  targetFalseAlarmDays: 90,
  routes: 1,
  confirmOverhead: 1.1,
  suspect: 2,
  suspectOff: 1.5,
  confirmGapMs: 60 * SECOND,
  minSpanMs: 3 * MINUTE,
  burst: 48,
  refillMs: 20 * MINUTE,
  phones: 2,
  sendsPerPhone: 5,
  windowMs: 10 * MINUTE,
  windowSends: null,
  lossTotal: 0.95,
  lossPartial: 0.3,
  slowShift: 2,
  slowMix: 0.98,
  recoverLoss: 0.5,
  recover: Math.log(20),
  q0: null,
  prior: [0.0006, 0.0314, 0.2813, 0.4777, 0.16, 0.0147, 0.0043, 0.03],
  priorWeight: 100,
  halfLifeDays: 14,
  hourWeight: 50,
  hourHalfLifeDays: 28,
  inflate: 1.25,
  p0Floor: 0.01,
  p0Cap: 0.08,
  binFloor: 0.001,
  warmupProbes: 288,
};

/** What is known of one route of a target when its detector is set up. */
export interface RouteFacts {
  readonly intervalMs: number;
  readonly deadlineMs: number;
  /** How many numbers the route has. */
  readonly phones: number;
  /** Probes a day of all routes of the target, divided by those of this one. */
  readonly routes: number;
  /** The target's limit for one number. */
  readonly perPhone: { readonly sends: number; readonly windowMs: number };
}

/** The detector's settings for a route; `overrides` win over everything. */
export function configFor(facts: RouteFacts, overrides: Partial<DetectorConfig> = {}): DetectorConfig {
  return {
    ...DEFAULTS,
    edgesMs: edgesFor(facts.deadlineMs),
    intervalMs: facts.intervalMs,
    routes: facts.routes,
    phones: facts.phones,
    sendsPerPhone: facts.perPhone.sends,
    windowMs: facts.perPhone.windowMs,
    ...overrides,
  };
}

/** The buckets scale with the deadline, so that a shift by two of them stays a slowdown of about four times. */
export const edgesFor = (deadlineMs: number): number[] =>
  DEFAULTS.edgesMs.map((edge) => Math.round((edge * deadlineMs) / deadlineOf(DEFAULTS)));

/** How long an unanswered probe is waited for. */
export const deadlineOf = (config: DetectorConfig): number => config.edgesMs.at(-1) ?? 0;

/** The bucket of a latency: an edge belongs to the bucket below it. */
export function bucketOf(latencyMs: number, config: DetectorConfig): number {
  const bucket = config.edgesMs.findIndex((edge) => latencyMs <= edge);
  return bucket < 0 ? config.edgesMs.length : bucket;
}

/**
 * The score at which an alarm is raised. A Shiryaev-Roberts statistic of n probes without an outage has the mean n, so
 * the wished number of probes between two false alarms is the threshold itself: no calibration.
 */
export const threshold = (config: DetectorConfig): number =>
  Math.log(
    ((config.targetFalseAlarmDays * DAY) / config.intervalMs) * config.routes * config.confirmOverhead,
  );

/**
 * Sends that the route's numbers may receive in a window. Two numbers take turns, not always evenly, so one send stays
 * free. More numbers change nothing: nine samples in ten minutes are enough.
 */
export function windowLimit({ windowSends, phones, sendsPerPhone }: DetectorConfig): number {
  if (windowSends !== null) return windowSends;
  return phones > 1 ? Math.min(9, 2 * sendsPerPhone - 1) : Math.min(5, sendsPerPhone);
}
