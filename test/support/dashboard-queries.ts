import { z } from 'zod';
import type { TargetInFile } from '../grafana/dashboard-files.ts';

/** What Grafana has in its own hands: the scrape interval of the datasource, and what is chosen at the top. */
export interface Chosen {
  readonly scrapeMs: number;
  /** How much faster than a real one the watched daemon's time runs: all durations are divided by it. */
  readonly speed: number;
  /** By variable. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Drawn {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds and value. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

const Series = z.object({
  metric: z.record(z.string(), z.string()),
  value: z.tuple([z.number(), z.string()]).optional(),
  values: z.array(z.tuple([z.number(), z.string()])).optional(),
});
const Answer = z.object({ status: z.literal('success'), data: z.object({ result: z.array(Series) }) });

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 };

export function durationMs(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new Error(`"${text}" is no duration, expected a number and s, m, h or d`);
  return Number(count) * (UNITS[unit] ?? 0);
}

/** The least step of a query, as Grafana takes it; pictures here are never so wide that it takes a longer one. */
export const stepMs = ({ interval }: { interval?: string | undefined }, { scrapeMs }: Chosen): number =>
  interval === undefined ? scrapeMs : durationMs(interval);

/** The query as Grafana sends it, with durations divided by the speed. */
export function substitute(target: Pick<TargetInFile, 'expr' | 'interval'>, chosen: Chosen): string {
  const fourSteps = 4 * stepMs(target, chosen);
  return target.expr
    .replaceAll(/\[([^\]]+)\]/g, (_all, range: string) => {
      const ms = range === '$__rate_interval' ? fourSteps : durationMs(range);
      return `[${Math.ceil(ms / chosen.speed)}ms]`;
    })
    .replaceAll(/\$(\w+)/g, (_all, name: string) => {
      const value = chosen.values[name];
      if (value === undefined) throw new Error(`nothing is chosen for $${name} in ${target.expr}`);
      return value;
    });
}

export interface Between {
  readonly from: number;
  readonly to: number;
}

/** What a panel would draw of one of its queries. Throws what Prometheus says against the query. */
export async function draw(
  prometheus: string,
  target: TargetInFile,
  { from, to, ...chosen }: Chosen & Between,
): Promise<Drawn[]> {
  const query = new URLSearchParams({ query: substitute(target, chosen) });
  if (target.instant) query.set('time', String(to));
  else {
    const step = stepMs(target, chosen) / chosen.speed / 1000;
    query.set('start', String(Math.ceil(from / step) * step));
    query.set('end', String(to));
    query.set('step', String(step));
  }
  const path = target.instant ? 'query' : 'query_range';
  const response = await fetch(`${prometheus}/api/v1/${path}`, { method: 'POST', body: query });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${query.get('query')}: ${JSON.stringify(body)}`);
  return Answer.parse(body).data.result.map(({ metric, value, values = [] }) => ({
    labels: metric,
    points: (value ? [value] : values).map(
      ([at, text]) => [at, Number(text.replace('Inf', 'Infinity'))] as const,
    ),
  }));
}
