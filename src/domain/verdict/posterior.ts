import type { NamedCause } from './cause.ts';
import type { Observation } from './observation.ts';
import { NORMAL, type Severity, type Shares, type Suspect } from './suspects.ts';

/** How probable it is, after the evidence, that this is what is wrong. */
export interface Blame {
  readonly cause: NamedCause;
  /** Which carrier, phone or inbox; null where there is only one such component. */
  readonly subject: string | null;
  readonly posterior: number;
  /** Of that, the part in which the fault strikes nearly every attempt. */
  readonly total: number;
}

export interface Beliefs {
  /** How probable it is beforehand that nothing is wrong. */
  readonly healthy: number;
  /** True: the fault was there with the first observation. False: it may have begun with any of them. */
  readonly isOnsetKnown: boolean;
}

/** A fault is over before each attempt that it may strike with this probability: it lasts for 25 of them, two hours at one in five minutes. */
const ENDS = Math.log(0.04);
const LASTS = Math.log(0.96);

/** Bayes over all suspects and `healthy`, the most probable first. Observations come oldest first. */
export function blamesOf(
  observations: readonly Observation[],
  suspects: readonly Suspect[],
  beliefs: Beliefs,
): Blame[] {
  const byPhone = Map.groupBy(observations, ({ phone }) => phone);
  const weighed = suspects.map((suspect) => {
    const prior = Math.log((1 - beliefs.healthy) * suspect.prior);
    // Each phone is a suspect or three: all of them together look at each observation but once.
    const concerned = suspect.phone === null ? observations : (byPhone.get(suspect.phone) ?? []);
    const { on, over, total } = weightsOf(concerned, suspect, beliefs.isOnsetKnown);
    const { cause, subject } = suspect;
    return { cause, subject, weight: prior + on, over: prior + over, total: prior + total };
  });
  // What was broken and works again is healthy now.
  const well = logSumExp([Math.log(beliefs.healthy), ...weighed.map(({ over }) => over)]);
  const all = [{ cause: 'healthy' as const, subject: null, weight: well, total: -Infinity }, ...weighed];
  const sum = logSumExp(all.map(({ weight }) => weight));
  const blames = new Map<string, Blame>();
  for (const { cause, subject, weight, total } of all) {
    const key = `${cause} ${subject ?? ''}`;
    const known = blames.get(key) ?? { cause, subject, posterior: 0, total: 0 };
    blames.set(key, {
      ...known,
      posterior: known.posterior + Math.exp(weight - sum),
      total: known.total + Math.exp(total - sum),
    });
  }
  return [...blames.values()].sort((a, b) => b.posterior - a.posterior);
}

/** How much more probable the observations are than without any fault (logarithms), if the fault is there now, or was. */
interface Weights {
  readonly on: number;
  readonly over: number;
  /** Of `on`, the part in which it strikes nearly every attempt. */
  readonly total: number;
}

function weightsOf(observations: readonly Observation[], suspect: Suspect, isOnsetKnown: boolean): Weights {
  const whole = { ...suspect, severities: suspect.severities.filter(({ share }) => share > 0.9) };
  // Whether phones that fail each in its own way are well again is told by their codes alone, and an alarm by its end.
  if (isOnsetKnown || suspect.isPerPhone) {
    const lasting = (of: Suspect): number => logRatio(observations, of, isOnsetKnown);
    return { on: lasting(suspect), over: -Infinity, total: lasting(whole) };
  }
  const { on, over } = spells(observations, suspect);
  return { on, over, total: spells(observations, whole).on };
}

/**
 * The mean over the moments at which the fault may have begun, and over its severities: that it lasts until now, and that it
 * ended on the way. A fault that is over explains the failures, and the success after them.
 */
function spells(
  observations: readonly Observation[],
  { strikes, severities }: Suspect,
): { readonly on: number; readonly over: number } {
  const ratiosOf = rememberRatios(severities);
  const struck = observations.flatMap((observation) => {
    const shares = strikes(observation);
    return shares ? [ratiosOf(observation, shares)] : [];
  });
  if (struck.length === 0)
    return {
      on: logMean(
        severities.map(() => 0),
        severities,
      ),
      over: -Infinity,
    };
  const begins = -Math.log(struck.length);
  const ends = severities.map((_, s) => {
    let on = -Infinity;
    let over = -Infinity;
    for (const ratios of struck) {
      over = logSum(over, on + ENDS);
      on = logSum(on + LASTS, begins) + (ratios[s] ?? 0);
    }
    return { on, over };
  });
  return {
    on: logMean(
      ends.map(({ on }) => on),
      severities,
    ),
    over: logMean(
      ends.map(({ over }) => over),
      severities,
    ),
  };
}

/**
 * How much more probable the observations are with the fault than without any: the mean over the moments at which it may
 * have begun, of the product over its groups, of the mean over its severities.
 */
function logRatio(observations: readonly Observation[], suspect: Suspect, isOnsetKnown: boolean): number {
  const { severities } = suspect;
  const neutral = logMean(
    severities.map(() => 0),
    severities,
  );
  const ratiosOf = rememberRatios(severities);
  const struck = observations.flatMap((observation) => {
    const shares = suspect.strikes(observation);
    const group = suspect.isPerPhone ? (observation.phone ?? '') : '';
    return shares ? [{ group, ratios: ratiosOf(observation, shares) }] : [];
  });
  // From the last observation backwards: what a fault that began here would have struck.
  const groups = new Map<string, { readonly ratios: readonly number[]; readonly mean: number }>();
  let product = 0;
  const sinceEach = struck.toReversed().map(({ group, ratios }) => {
    const later = groups.get(group);
    const whole = ratios.map((ratio, s) => ratio + (later?.ratios[s] ?? 0));
    const mean = logMean(whole, severities);
    groups.set(group, { ratios: whole, mean });
    product += mean - (later?.mean ?? 0);
    return product;
  });
  const sinceFirst = sinceEach.at(-1);
  if (sinceFirst === undefined) return neutral;
  return isOnsetKnown ? sinceFirst : logSumExp(sinceEach) - Math.log(sinceEach.length);
}

const logMean = (ratios: readonly number[], severities: readonly Severity[]): number =>
  logSumExp(ratios.map((ratio, s) => ratio + Math.log(severities[s]?.weight ?? 0)));

/** Observations are many, and ways to read them few: each logarithm is taken once. */
function rememberRatios(
  severities: readonly Severity[],
): (observation: Observation, shares: Shares) => readonly number[] {
  const known = new Map<Shares, Map<string, readonly number[]>>();
  return (observation, shares) => {
    const ofShares = known.get(shares) ?? new Map<string, readonly number[]>();
    known.set(shares, ofShares);
    const key = `${observation.kind} ${observation.reading}`;
    const ratios = ofShares.get(key) ?? logRatiosOf(observation, shares, severities);
    ofShares.set(key, ratios);
    return ratios;
  };
}

/** For each severity: how much more probable this reading is with the fault than without. */
function logRatiosOf(
  { kind, reading }: Observation,
  shares: Shares,
  severities: readonly Severity[],
): number[] {
  const normal = NORMAL[kind][reading] ?? NEARLY_NEVER;
  return severities.map(({ share }) =>
    Math.log((share * (shares[reading] ?? 0) + (1 - share) * normal) / normal),
  );
}

/** For readings that neither the normal nor a fault explains. */
const NEARLY_NEVER = 0.0005;

function logSumExp(logs: readonly number[]): number {
  const top = Math.max(...logs);
  return top === -Infinity ? top : top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
}

/** Of two, without an array for them. */
function logSum(a: number, b: number): number {
  const top = Math.max(a, b);
  const low = Math.min(a, b);
  return top === -Infinity ? top : top + Math.log1p(Math.exp(low - top));
}
