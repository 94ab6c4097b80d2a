/** An estimate with its 95 % confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.96;

/** Events a unit of exposure; Byar's approximation of the exact Poisson interval (Breslow & Day 1987, p. 69). */
export function rateOf(events: number, exposure: number): Estimate {
  return {
    value: events / exposure,
    low: bound(events, -Z) / exposure,
    high: bound(events + 1, Z) / exposure,
  };
}

/** A bound of the expected count when `count` events were seen. */
function bound(count: number, z: number): number {
  return count === 0 ? 0 : count * (1 - 1 / (9 * count) + z / (3 * Math.sqrt(count))) ** 3;
}

export function meanOf(samples: readonly number[]): Estimate {
  const n = samples.length;
  const value = samples.reduce((total, sample) => total + sample, 0) / n;
  const variance = samples.reduce((total, sample) => total + (sample - value) ** 2, 0) / Math.max(1, n - 1);
  const margin = Z * Math.sqrt(variance / n);
  return { value, low: value - margin, high: value + margin };
}

/** A quantile by rank; its interval by the binomial spread of that rank, free of any assumption. */
export function quantileOf(samples: readonly number[], share: number): Estimate {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (rank: number): number => {
    const index = Math.min(sorted.length - 1, Math.max(0, Math.floor(rank)));
    return sorted[index] ?? NaN;
  };
  const rank = share * sorted.length;
  const margin = Z * Math.sqrt(sorted.length * share * (1 - share));
  return { value: at(rank), low: at(rank - margin), high: at(rank + margin) };
}
