import { Counter, Gauge, Histogram, type Registry, type OpenMetricsContentType } from 'prom-client';
import { CATALOGUE, type Entry } from './catalogue.ts';

export type MetricsRegistry = Registry<OpenMetricsContentType>;
export type Labels = Readonly<Record<string, string>>;

/** The series of one metric. Remembers them, so that those of removed probes can go. */
interface Family {
  /** Removes the series that the test does not want. */
  retain(wanted: (labels: Labels) => boolean): void;
}

export interface CounterFamily<Label extends string> extends Family {
  /** `attempt`: the exemplar's attempt id. An amount of 0 creates the series. */
  add(labels: Readonly<Record<Label, string>>, amount?: number, attempt?: string): void;
}

export interface GaugeFamily<Label extends string> extends Family {
  set(labels: Readonly<Record<Label, string>>, value: number): void;
}

export interface HistogramFamily<Label extends string> extends Family {
  /** Creates the series, empty, unless it is there. */
  zero(labels: Readonly<Record<Label, string>>): void;
  observe(labels: Readonly<Record<Label, string>>, value: number, attempt?: string): void;
}

type FamilyOf<E> =
  E extends Entry<'counter', infer Label>
    ? CounterFamily<Label>
    : E extends Entry<'gauge', infer Label>
      ? GaugeFamily<Label>
      : E extends Entry<'histogram', infer Label>
        ? HistogramFamily<Label>
        : never;

export type Families = { readonly [Key in keyof typeof CATALOGUE]: FamilyOf<(typeof CATALOGUE)[Key]> };

/** Registers every metric of the catalogue. None has a series yet: what was never measured is absent. */
export function openFamilies(registry: MetricsRegistry): Families {
  const open = { counter: openCounter, gauge: openGauge, histogram: openHistogram };
  const families = Object.entries(CATALOGUE).map(([key, entry]) => [key, open[entry.type](entry, registry)]);
  // The mapped type pairs each key with the family of its entry's type, as the line above does.
  return Object.fromEntries(families) as Families;
}

interface Memory extends Family {
  /** True when this label set is new. */
  note(labels: Labels): boolean;
}

function createMemory(entry: Entry, remove: (labels: Labels) => void): Memory {
  const known = new Map<string, Labels>();
  return {
    note(labels) {
      const key = entry.labels.map((label) => labels[label]).join('\u0000');
      if (known.has(key)) return false;
      known.set(key, labels);
      return true;
    },
    retain(wanted) {
      for (const [key, labels] of known) {
        if (wanted(labels)) continue;
        known.delete(key);
        remove(labels);
      }
    },
  };
}

const settingsOf = (entry: Entry, registry: MetricsRegistry) => ({
  name: entry.name,
  help: entry.help,
  labelNames: entry.labels,
  registers: [registry],
  enableExemplars: entry.exemplars,
});

const exemplarOf = (attempt: string | undefined) =>
  attempt === undefined ? {} : { exemplarLabels: { attempt_id: attempt } };

function openCounter(entry: Entry, registry: MetricsRegistry): CounterFamily<string> {
  const metric = new Counter(settingsOf(entry, registry));
  const memory = createMemory(entry, (labels) => metric.remove(labels));
  return {
    retain: (wanted) => memory.retain(wanted),
    add(labels, amount = 1, attempt) {
      memory.note(labels);
      if (entry.exemplars) metric.inc({ labels, value: amount, ...exemplarOf(attempt) });
      else metric.inc(labels, amount);
    },
  };
}

function openGauge(entry: Entry, registry: MetricsRegistry): GaugeFamily<string> {
  const metric = new Gauge(settingsOf(entry, registry));
  // The library starts a gauge without labels at 0, which would be a claim.
  if (entry.labels.length === 0) metric.remove({});
  const memory = createMemory(entry, (labels) => metric.remove(labels));
  return {
    retain: (wanted) => memory.retain(wanted),
    set(labels, value) {
      memory.note(labels);
      metric.set(labels, value);
    },
  };
}

function openHistogram(entry: Entry, registry: MetricsRegistry): HistogramFamily<string> {
  const metric = new Histogram({ ...settingsOf(entry, registry), buckets: [...entry.buckets] });
  const memory = createMemory(entry, (labels) => metric.remove(labels));
  return {
    retain: (wanted) => memory.retain(wanted),
    zero(labels) {
      if (memory.note(labels)) metric.zero(labels);
    },
    observe(labels, value, attempt) {
      memory.note(labels);
      if (entry.exemplars) metric.observe({ labels, value, ...exemplarOf(attempt) });
      else metric.observe(labels, value);
    },
  };
}
