import { setImmediate as pause } from 'node:timers/promises';
import type { MetricsRegistry } from './families.ts';
import { negotiate } from './negotiate.ts';
import { escapeHelp, formatKeptLabels, formatLabels, formatNumber } from './text.ts';

export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** So many series are written at a stretch, a few milliseconds; then other work has its turn. */
const SERIES_AT_A_STRETCH = 2000;

/**
 * Writes the registry as Prometheus text 0.0.4 or as OpenMetrics 1.0.0. The library writes one of them only, and
 * `le` as `30` in one and `30.0` in the other, which would make two series of one.
 */
export async function expose(registry: MetricsRegistry, accept: string | undefined): Promise<Exposition> {
  const { contentType, openMetrics } = negotiate(accept);
  const chunks: string[] = [];
  let written = 0;
  for (const family of readFamilies(await registry.getMetricsAsJSON())) {
    if (written >= SERIES_AT_A_STRETCH) {
      await pause();
      written = 0;
    }
    written += family.values.length;
    chunks.push(writeFamily(family, openMetrics));
  }
  if (openMetrics) chunks.push('# EOF\n');
  return { contentType, body: chunks.join('') };
}

interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Set where it is not the family's: `_bucket`, `_sum`, `_count`. */
  readonly metricName?: string;
  readonly exemplar?: Exemplar | null;
}

interface Exemplar {
  readonly labelSet: Readonly<Record<string, string>>;
  readonly value: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

interface RawFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Sample[];
}

/** The library's types leave out exemplars and name the type by a number; what it gives is this. */
const readFamilies = (json: unknown): readonly RawFamily[] => json as readonly RawFamily[];

function writeFamily({ name, help, type, values }: RawFamily, openMetrics: boolean): string {
  const isCounter = type === 'counter';
  const family = openMetrics && isCounter ? name.replace(/_total$/, '') : name;
  const unit = openMetrics ? unitOf(family) : null;
  let text = `# HELP ${family} ${escapeHelp(help, openMetrics)}\n# TYPE ${family} ${type}\n`;
  if (unit !== null) text += `# UNIT ${family} ${unit}\n`;
  const sampleName = openMetrics && isCounter ? `${family}_total` : name;
  // The library makes the label sets of a histogram's samples anew for each scrape.
  const format = type === 'histogram' ? formatLabels : formatKeptLabels;
  for (const { metricName = sampleName, labels, value, exemplar } of values) {
    text += `${metricName}${format(labels)} ${formatNumber(value)}`;
    text += openMetrics && exemplar ? `${writeExemplar(exemplar)}\n` : '\n';
  }
  return text;
}

const writeExemplar = ({ labelSet, value, timestamp }: Exemplar): string =>
  ` # ${formatLabels(labelSet) || '{}'} ${formatNumber(value)} ${timestamp.toFixed(3)}`;

const UNITS = ['seconds', 'bytes'];

/** OpenMetrics: a family with a unit ends in it. */
const unitOf = (family: string): string | null => UNITS.find((unit) => family.endsWith(`_${unit}`)) ?? null;
