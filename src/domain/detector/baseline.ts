import { DAY, HOUR, type EpochMs } from '../units.ts';
import { deadlineOf, type DetectorConfig } from './config.ts';
import type { Shares } from './likelihood.ts';

/** What is normal here: counted results, and the baselines made of them. */
export interface Learned {
  /** Results counted since the start or the last rebaseline; these do not fade. */
  readonly seen: number;
  /** Results by bucket, overall and by UTC hour of their launch; both fade. */
  readonly counts: Shares;
  readonly hours: readonly Shares[];
  /** The UTC day that the baselines were made on, in days since the epoch. */
  readonly day: number;
  /** Fixed for a day, so that a restart changes nothing. */
  readonly base: Baselines;
}

export interface Baselines {
  readonly all: Shares;
  /** By UTC hour: no change of clocks moves an hour. */
  readonly hours: readonly Shares[];
}

type Counts = Pick<Learned, 'counts' | 'hours'>;

const HOURS_OF_DAY: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour);
const hourOf = (at: EpochMs): number => Math.floor(at / HOUR) % 24;

export function unlearned(config: DetectorConfig): Pick<Learned, 'seen' | 'counts' | 'hours'> {
  const none = [...config.edgesMs, 0].map(() => 0);
  return { seen: 0, counts: none, hours: HOURS_OF_DAY.map(() => none) };
}

/** What is normal for a probe of that launch time; one baseline for all hours while warming up. */
export function baselineAt(learned: Learned, launchedAt: EpochMs, config: DetectorConfig): Shares {
  if (isWarmingUp(learned, config)) return learned.base.all;
  return learned.base.hours[hourOf(launchedAt)] ?? learned.base.all;
}

export const isWarmingUp = (learned: Pick<Learned, 'seen'>, config: DetectorConfig): boolean =>
  learned.seen < config.warmupProbes;

/** The edge by which nine of ten codes come when all is well. */
export function slowFromMs(learned: Learned & { lastAt: EpochMs }, config: DetectorConfig): number {
  let answered = 0;
  const edge = baselineAt(learned, learned.lastAt, config).findIndex((share) => (answered += share) >= 0.9);
  return config.edgesMs[edge] ?? deadlineOf(config);
}

/** Counts a result; the baselines follow at the end of the warm-up and of each day. */
export function learn<T extends Learned>(learned: T, probe: LaunchedResult, config: DetectorConfig): T {
  const add = (counts: Shares): Shares => counts.map((count, b) => (b === probe.bucket ? count + 1 : count));
  const hour = hourOf(probe.launchedAt);
  const next = {
    ...learned,
    counts: add(learned.counts),
    hours: learned.hours.map((counts, h) => (h === hour ? add(counts) : counts)),
    seen: learned.seen + 1,
  };
  return next.seen === config.warmupProbes ? { ...next, base: baselinesOf(next, config) } : next;
}

export interface LaunchedResult {
  readonly launchedAt: EpochMs;
  readonly bucket: number;
}

/** At the first event of a UTC day: new baselines first, then the counts fade. */
export function beginDay<T extends Learned>(learned: T, at: EpochMs, config: DetectorConfig): T {
  const day = Math.floor(at / DAY);
  if (day <= learned.day) return learned;
  const fade = (counts: Shares, halfLifeDays: number): Shares => {
    const left = 0.5 ** ((day - learned.day) / halfLifeDays);
    return counts.map((count) => count * left);
  };
  return {
    ...learned,
    base: baselinesOf(learned, config),
    counts: fade(learned.counts, config.halfLifeDays),
    hours: learned.hours.map((counts) => fade(counts, config.hourHalfLifeDays)),
    day,
  };
}

export const baselinesOf = (learned: Counts, config: DetectorConfig): Baselines => ({
  all: config.q0 ?? guarded(overallShares(learned, config), config),
  hours: HOURS_OF_DAY.map((hour) => config.q0 ?? guarded(hourShares(learned, hour, config), config)),
});

/**
 * The UTC hours whose loss is over 5 % and over three times the overall one. An hour that is bad every day looks
 * normal and pages nobody, so people must be told.
 */
export function badHours(learned: Counts, config: DetectorConfig): number[] {
  const limit = Math.max(0.05, 3 * lostShare(overallShares(learned, config)));
  return HOURS_OF_DAY.filter((hour) => lostShare(hourShares(learned, hour, config)) > limit);
}

const lostShare = (shares: Shares): number => shares.at(-1) ?? 0;

function overallShares(learned: Counts, config: DetectorConfig): Shares {
  const total = sum(config.prior);
  return shrink(
    learned.counts,
    config.priorWeight,
    config.prior.map((share) => share / total),
  );
}

/** Neighbouring hours count half, so that the edge of a busy hour pages nobody. */
function hourShares(learned: Counts, hour: number, config: DetectorConfig): Shares {
  const before = learned.hours[(hour + 23) % 24] ?? [];
  const after = learned.hours[(hour + 1) % 24] ?? [];
  const smoothed = (learned.hours[hour] ?? []).map(
    (count, b) => count + ((before[b] ?? 0) + (after[b] ?? 0)) / 2,
  );
  return shrink(smoothed, config.hourWeight, overallShares(learned, config));
}

/** Few counts lean on what is believed anyway. */
function shrink(counts: Shares, weight: number, belief: Shares): Shares {
  const total = sum(counts) + weight;
  return counts.map((count, b) => (count + weight * (belief[b] ?? 0)) / total);
}

/** Errs high on loss, which costs little when wrong; erring low costs false pages. */
function guarded(shares: Shares, config: DetectorConfig): Shares {
  const raised = shares.map((share) => Math.max(config.binFloor, share));
  const lost = lostShare(raised);
  const timeout = Math.min(config.p0Cap, Math.max(config.p0Floor, lost * config.inflate));
  const rest = sum(raised) - lost;
  return raised.map((share, b) => (b === raised.length - 1 ? timeout : (share * (1 - timeout)) / rest));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);
