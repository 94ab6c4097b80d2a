/** One code that was waited for. */
export interface Waited {
  /** When it came, or when nobody looked any more. `Infinity` with `came: false`: it never came. */
  readonly ms: number;
  readonly came: boolean;
}

/** The share of codes that was not there yet, from this moment on. */
export interface SurvivalStep {
  readonly ms: number;
  readonly share: number;
}

export interface Survival {
  readonly steps: readonly SurvivalStep[];
  /** Whether somebody was still looking after the last arrival: what had not come by then is lost, not unknown. */
  readonly watchedToTheEnd: boolean;
}

/**
 * The share of codes that had not come by each moment (Kaplan and Meier, 1958). A code that was cut off counts as
 * waiting up to that moment and says nothing of what came later; where none was cut off it is the plain share. Of what
 * happens in one moment, arrivals go first.
 */
export function survivalOf(waited: readonly Waited[]): Survival {
  const sorted = waited.toSorted((a, b) => a.ms - b.ms || Number(b.came) - Number(a.came));
  const steps: SurvivalStep[] = [];
  let share = 1;
  let atRisk = sorted.length;
  for (let first = 0; first < sorted.length;) {
    const ms = sorted[first]?.ms ?? 0;
    let next = first;
    let arrivals = 0;
    for (; sorted[next]?.ms === ms; next += 1) if (sorted[next]?.came) arrivals += 1;
    if (arrivals > 0) {
      share *= 1 - arrivals / atRisk;
      steps.push({ ms, share });
    }
    atRisk -= next - first;
    first = next;
  }
  return { steps, watchedToTheEnd: sorted.at(-1)?.ms === Infinity };
}

/** `lost`: so many codes never came that this share was not there at any time. null: cannot be told. */
export type Quantile = number | 'lost' | null;

/** Sums of rounded shares may miss a boundary by this much. */
const ROUNDING = 1e-9;

/** By when the share `q` of all codes had come, in milliseconds. */
export function quantileOf({ steps, watchedToTheEnd }: Survival, q: number): Quantile {
  const reached = steps.find(({ share }) => share <= 1 - q + ROUNDING);
  if (reached) return reached.ms;
  return watchedToTheEnd ? 'lost' : null;
}

/** The share of codes that came at all; null where that cannot be told. */
export function cameOf({ steps, watchedToTheEnd }: Survival): number | null {
  const left = steps.at(-1)?.share ?? 1;
  return watchedToTheEnd || left < ROUNDING ? 1 - left : null;
}
