/** The nearest-rank quantile; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Three digits that count. */
export const round = (value: number): number => Number(value.toPrecision(3));

export const perSecond = (count: number, ms: number): number => (count * 1000) / ms;

export const show = (value: number, unit: string): string =>
  `${round(value).toLocaleString('en-US')} ${unit}`;

export const MEGABYTE = 1_000_000;

/** What the heap really holds, and what stands beside it. Needs `--expose-gc`. */
export async function memoryUsed(): Promise<{ heap: number; rss: number }> {
  for (let turn = 0; turn < 4; turn += 1) {
    globalThis.gc?.();
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

/** Processor time of this process, all threads, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
