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

/** Bayes over all suspects and `healthy`, the most probable first. Observations come oldest first. */
export function blamesOf(
  observations: readonly Observation[],
  suspects: readonly Suspect[],
  beliefs: Beliefs,
): Blame[] {
  const weighed = suspects.map((suspect) => {
    const prior = Math.log((1 - beliefs.healthy) * suspect.prior);
    const ratio = (of: Suspect): number => logRatio(observations, of, beliefs.isOnsetKnown);
    const total = { ...suspect, severities: suspect.severities.filter(({ share }) => share > 0.9) };
    return {
      cause: suspect.cause,
      subject: suspect.subject,
      weight: prior + ratio(suspect),
      total: prior + ratio(total),
    };
  });
  const health = {
    cause: 'healthy' as const,
    subject: null,
    weight: Math.log(beliefs.healthy),
    total: -Infinity,
  };
  const all = [health, ...weighed];
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
  const struck = observations.flatMap((observation) => {
    const shares = suspect.strikes(observation);
    const group = suspect.isPerPhone ? (observation.phone ?? '') : '';
    return shares ? [{ group, ratios: logRatiosOf(observation, shares, severities) }] : [];
  });
  // From the last observation backwards: what a fault that began here would have struck.
  const groups = new Map<string, number[]>();
  const sinceEach = struck.toReversed().map(({ group, ratios }) => {
    const later = groups.get(group);
    groups.set(
      group,
      ratios.map((ratio, s) => ratio + (later?.[s] ?? 0)),
    );
    return [...groups.values()].reduce((sum, each) => sum + logMean(each, severities), 0);
  });
  const sinceFirst = sinceEach.at(-1);
  if (sinceFirst === undefined) return neutral;
  return isOnsetKnown ? sinceFirst : logSumExp(sinceEach) - Math.log(sinceEach.length);
}

const logMean = (ratios: readonly number[], severities: readonly Severity[]): number =>
  logSumExp(ratios.map((ratio, s) => ratio + Math.log(severities[s]?.weight ?? 0)));

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
