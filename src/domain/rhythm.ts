import { DAY } from './units.ts';

/** How often a schedule fires. */
export interface Rhythm {
  /** Seconds since midnight, ascending, on a day on which it fires. */
  readonly secondsOfDay: readonly number[];
  /** On what share of the days it fires: 1 is daily. */
  readonly dayShare: number;
}

/** Something that starts `weight` attempts at each tick. */
export interface Beat {
  readonly rhythm: Rhythm;
  readonly weight: number;
}

/** On average over days with and without ticks. */
export const ticksPerDay = (rhythm: Rhythm): number => rhythm.secondsOfDay.length * rhythm.dayShare;

/** Mean time between two ticks; a day where there are none. */
export const meanIntervalMs = (rhythm: Rhythm): number => DAY / Math.max(ticksPerDay(rhythm), 1 / 366);

/** The shortest time between two ticks of days in a row. */
export const shortestGapMs = (rhythm: Rhythm): number => extremeGapMs(rhythm, Math.min);

/** The longest time without a tick. */
export const longestGapMs = (rhythm: Rhythm): number =>
  rhythm.dayShare >= 1 ? extremeGapMs(rhythm, Math.max) : DAY / Math.max(rhythm.dayShare, 1 / 366);

function extremeGapMs({ secondsOfDay }: Rhythm, extreme: (a: number, b: number) => number): number {
  const first = secondsOfDay[0] ?? 0;
  const last = secondsOfDay.at(-1) ?? 0;
  let gap = first + 86_400 - last;
  for (const [index, second] of secondsOfDay.entries()) {
    if (index > 0) gap = extreme(gap, second - (secondsOfDay[index - 1] ?? 0));
  }
  return gap * 1000;
}

/** The most attempts that start within any `windowMs`, on a day on which all beats fire. */
export function busiest(beats: readonly Beat[], windowMs: number): number {
  const windowDays = Math.floor(windowMs / DAY);
  const perDay = beats.reduce((sum, beat) => sum + beat.rhythm.secondsOfDay.length * beat.weight, 0);
  const restMs = windowMs - windowDays * DAY;
  return windowDays * perDay + (restMs > 0 ? busiestWithinDay(beats, restMs / 1000) : 0);
}

/** A window that slides over two days in a row, its end excluded. */
function busiestWithinDay(beats: readonly Beat[], windowSeconds: number): number {
  const starts = beats
    .flatMap(({ rhythm, weight }) => rhythm.secondsOfDay.map((at) => ({ at, weight })))
    .sort((a, b) => a.at - b.at);
  const unrolled = [...starts, ...starts.map(({ at, weight }) => ({ at: at + 86_400, weight }))];
  let most = 0;
  let inside = 0;
  let oldest = 0;
  for (const { at, weight } of unrolled) {
    inside += weight;
    while (at - (unrolled[oldest]?.at ?? at) >= windowSeconds) {
      inside -= unrolled[oldest]?.weight ?? 0;
      oldest += 1;
    }
    most = Math.max(most, inside);
  }
  return most;
}
