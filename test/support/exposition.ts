/** A strict reader of both exposition formats: throws at whatever their specifications do not allow. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar: {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly at: number;
  } | null;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string | null;
  readonly samples: Sample[];
}

const LABELS = String.raw`\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*\}`;
const NUMBER = String.raw`[+-]?(?:[0-9.]+(?:e[+-]?[0-9]+)?|Inf)|NaN`;
const SAMPLE = new RegExp(
  `^([a-zA-Z_:][a-zA-Z0-9_:]*)(${LABELS})? (${NUMBER})(?: # (${LABELS}) (${NUMBER}) (${NUMBER}))?$`,
);
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

export function readExposition(text: string, openMetrics: boolean): Map<string, Family> {
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const lines = text.slice(0, -1).split('\n');
  if (openMetrics && lines.pop() !== '# EOF') throw new Error('no # EOF at the end');
  let current: Family | null = null;
  for (const line of lines) {
    if (line.startsWith('# HELP ')) {
      const [, name = '', help = ''] = /^# HELP (\S+) (.+)$/.exec(line) ?? [];
      if (families.has(name)) throw new Error(`${name} is there twice`);
      current = { name, help, type: 'unknown', unit: null, samples: [] };
      families.set(name, current);
    } else if (line.startsWith('# ')) {
      current = described(current, line);
      families.set(current.name, current);
    } else {
      const sample = readSample(line, openMetrics);
      if (!current || !belongs(sample, current, openMetrics)) throw new Error(`out of place: ${line}`);
      const key = `${sample.name}${canonical(sample.labels)}`;
      if (seen.has(key)) throw new Error(`there twice: ${line}`);
      seen.add(key);
      current.samples.push(sample);
    }
  }
  return families;
}

const canonical = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

function described(family: Family | null, line: string): Family {
  const [, what, name, value = ''] = /^# (TYPE|UNIT) (\S+) (\S+)$/.exec(line) ?? [];
  if (!family || name !== family.name || family.samples.length > 0) throw new Error(`out of place: ${line}`);
  if (what === 'TYPE') return { ...family, type: value };
  if (!family.name.endsWith(`_${value}`)) throw new Error(`not its unit: ${line}`);
  return { ...family, unit: value };
}

function readSample(line: string, openMetrics: boolean): Sample {
  const match = SAMPLE.exec(line);
  if (!match) throw new Error(`not a sample: ${line}`);
  const [, name = '', labels = '', value = '', exemplar, exemplarValue = '', at = ''] = match;
  if (exemplar !== undefined && !openMetrics) throw new Error(`text has no exemplars: ${line}`);
  return {
    name,
    labels: readLabels(labels),
    value: readNumber(value),
    exemplar:
      exemplar === undefined
        ? null
        : { labels: readLabels(exemplar), value: readNumber(exemplarValue), at: readNumber(at) },
  };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)) {
    if (name in labels) throw new Error(`label ${name} is there twice`);
    labels[name] = value.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
  }
  return labels;
}

const readNumber = (text: string): number => Number(text.replace('Inf', 'Infinity'));

function belongs(sample: Sample, family: Family, openMetrics: boolean): boolean {
  const suffixes = openMetrics && family.type === 'counter' ? ['_total'] : (SUFFIXES[family.type] ?? []);
  return suffixes.some((suffix) => sample.name === family.name + suffix);
}

/** The value of the one sample with this name and these labels; null without it. */
export function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  const found = samplesOf(families, name).filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  if (found.length > 1) throw new Error(`${name} ${JSON.stringify(labels)} has ${found.length} series`);
  return found[0]?.value ?? null;
}

export const samplesOf = (families: ReadonlyMap<string, Family>, name: string): Sample[] =>
  [...families.values()].flatMap((family) => family.samples).filter((sample) => sample.name === name);
