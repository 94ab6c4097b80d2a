import { readFileSync } from 'node:fs';
import { DEFAULTS, type DetectorConfig } from '../../../src/domain/detector/config.ts';
import type { DetectorEvent } from '../../../src/domain/detector/event.ts';

/** Times of the vectors are relative to this: the start of a UTC day, 2023-11-15. */
export const VECTORS_BASE = 1_700_006_400_000;

/** One row of the vectors, by column name. */
export type VectorRow = Readonly<Record<string, string>>;

/** The rows of each case, in time order. */
export function readVectors(): Map<string, VectorRow[]> {
  const [header = '', ...lines] = readFileSync(new URL('vectors.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const columns = header.split(',');
  const cases = new Map<string, VectorRow[]>();
  for (const line of lines) {
    const cells = splitLine(line);
    const row: VectorRow = Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']));
    const name = cell(row, 'case');
    cases.set(name, [...(cases.get(name) ?? []), row]);
  }
  return cases;
}

/** Quoted cells hold JSON; a doubled quote stands for one. */
const splitLine = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)].map(([, text = '']) =>
    text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text,
  );

export function cell(row: VectorRow, column: string): string {
  const value = row[column];
  if (value === undefined) throw new Error(`the vectors have no column ${column}`);
  return value;
}

export const numberIn = (row: VectorRow, column: string): number => Number(cell(row, column));

export const configOf = (row: VectorRow): DetectorConfig => ({
  ...DEFAULTS,
  ...(JSON.parse(cell(row, 'config_override')) as Partial<DetectorConfig>),
});

export const timeOf = (row: VectorRow): number => VECTORS_BASE + numberIn(row, 't_ms');

export function eventOf(row: VectorRow): DetectorEvent {
  const at = timeOf(row);
  const id = cell(row, 'probe_id');
  const type = cell(row, 'event');
  switch (type) {
    case 'launch':
      return { type, at, id, confirm: cell(row, 'confirm') === '1' };
    case 'delivered':
      return { type, at, id, latencyMs: numberIn(row, 'latency_ms') };
    case 'abort':
      return { type, at, id };
    case 'maintenance':
      return { type, at, on: cell(row, 'maintenance_on') === '1' };
    case 'tick':
    case 'restore':
    case 'rebaseline':
      return { type, at };
    default:
      throw new Error(`the vectors have an unknown event ${type}`);
  }
}
