import { expect, test } from 'vitest';
import type { DetectorConfig } from '../../../src/domain/detector/config.ts';
import { threshold } from '../../../src/domain/detector/config.ts';
import { targetConfigFor, type TargetConfig } from '../../../src/domain/detector/target-config.ts';
import {
  initTarget,
  outageOf,
  stepTarget,
  type TargetDetector,
} from '../../../src/domain/detector/target-detector.ts';
import type { TargetEvent } from '../../../src/domain/detector/target-event.ts';
import { cell, configOf, numberIn, readVectors, timeOf, VECTORS_BASE, type VectorRow } from './vectors.ts';

const START = Date.UTC(2026, 0, 5, 9, 0);
const route = (name: string, intervalMs = 600_000) => ({
  route: name,
  intervalMs,
  deadlineMs: 60_000,
  phones: 2,
});
const PER_PHONE = { sends: 5, windowMs: 600_000 };
const warm = (...routes: string[]): TargetConfig =>
  targetConfigFor({ routes: routes.map((name) => route(name)), perPhone: PER_PHONE }, { warmupProbes: 0 });

const TWO = warm('a', 'b');

/** Loses `count` codes of a route, five minutes apart. */
function lose(target: TargetDetector, name: string, count: number, config: TargetConfig): TargetDetector {
  let now = target;
  let at = START;
  for (let n = 0; n < count; n += 1) {
    at += 300_000;
    now = stepTarget(now, { type: 'launch', route: name, at, id: `${name}${n}`, askedBy: null }, config);
    now = stepTarget(now, { type: 'tick', at: at + 62_000 }, config);
  }
  return now;
}

for (const name of ['pooled_mild_loss_everywhere', 'pooled_one_route_down']) {
  test(`the coordination of routes reproduces every row of ${name}`, () => {
    const rows = readVectors().get(name) ?? [];
    const config: TargetConfig = { detectors: configsOf(rows), graceMs: 0 };
    let target = initTarget(VECTORS_BASE, config);
    let i = 0;
    while (i < rows.length) {
      const taken = rowsOfOneEvent(rows, i);
      target = stepTarget(target, targetEventOf(taken), config);
      expect(target.stepped).toEqual(taken.map((row) => cell(row, 'route')));
      for (const row of taken) {
        const answer = target.answers[cell(row, 'route')];
        expect(answer?.status).toBe(cell(row, 'status'));
        expect(answer?.score).toBeCloseTo(numberIn(row, 'V'), 6);
      }
      expect(sendTo(target, taken)).toBe(cellOf(taken, 'send_to'));
      expect(named(target)).toBe(cellOf(taken, 'named'));
      i += taken.length;
    }
  });
}

test('every detector of a target has the same threshold', () => {
  const config = targetConfigFor({
    routes: [route('a'), route('b', 300_000), route('c', 900_000)],
    perPhone: PER_PHONE,
  });
  const [first = 0, ...others] = Object.values(config.detectors).map(threshold);
  expect(others).toHaveLength(3);
  for (const other of others) expect(other).toBeCloseTo(first, 12);
});

test('all routes together have the combined period and the sum of the windows', () => {
  expect(TWO.detectors['all']).toMatchObject({ intervalMs: 300_000, routes: 1, windowSends: 18, phones: 4 });
});

test('a target with one route has no detector of all routes', () => {
  expect(Object.keys(warm('a').detectors)).toEqual(['a']);
});

test('no route may be called as all of them are', () => {
  expect(() => warm('a', 'all')).toThrow(/rename the route/);
});

test('a route that fails asks first, for itself, and pays', () => {
  const suspect = lose(initTarget(START, TWO), 'a', 1, TWO);
  const target = stepTarget(lose(suspect, 'a', 2, TWO), { type: 'tick', at: START + 700_000 }, TWO);
  expect(target.answers['a']?.status).toBe('SUSPECT');
  expect(target.confirmation).toEqual({ route: 'a', askedBy: 'a' });
  const before = target.state;
  const event: TargetEvent = { type: 'launch', route: 'a', at: START + 700_000, id: 'c', askedBy: 'a' };
  const launched = stepTarget(target, event, TWO);
  expect(paid(before, launched, 'a')).toBe(TWO.detectors['a']?.refillMs);
  expect(paid(before, launched, 'all')).toBe(0);
  expect(launched.confirmation).toBeNull();
});

/** What an event at the same moment took from a detector's budget. */
function paid(before: TargetDetector['state'], after: TargetDetector, name: string): number {
  return (before[name]?.budgetMs ?? NaN) - (after.state[name]?.budgetMs ?? NaN);
}

test('the receiver of one route being blind takes only that route’s probes from all', () => {
  let target = initTarget(START, TWO);
  target = stepTarget(target, { type: 'launch', route: 'a', at: START, id: 'a1', askedBy: null }, TWO);
  target = stepTarget(target, { type: 'launch', route: 'b', at: START, id: 'b1', askedBy: null }, TWO);
  target = stepTarget(target, { type: 'restore', route: 'a', at: START + 1000 }, TWO);
  expect(target.state['a']?.waiting).toEqual([]);
  expect(target.state['b']?.waiting).toHaveLength(1);
  expect(target.state['all']?.waiting.map(({ id }) => id)).toEqual(['b1']);
});

test('a muted route is no evidence for all, but its sends count there', () => {
  let target = initTarget(START, TWO);
  target = stepTarget(target, { type: 'maintenance', route: 'a', at: START, on: true }, TWO);
  target = stepTarget(target, { type: 'launch', route: 'a', at: START, id: 'a1', askedBy: null }, TWO);
  expect(target.state['all']?.waiting).toEqual([]);
  expect(target.state['all']?.sends).toEqual([START]);
  expect(target.state['all']?.status).toBe('OK');
});

test('maintenance of the target mutes every detector and ends together', () => {
  const muted = stepTarget(
    initTarget(START, TWO),
    { type: 'maintenance', route: null, at: START, on: true },
    TWO,
  );
  expect(Object.values(muted.answers).map(({ status }) => status)).toEqual(['MUTED', 'MUTED', 'MUTED']);
  const over = stepTarget(muted, { type: 'maintenance', route: null, at: START + 1, on: false }, TWO);
  expect(Object.values(over.answers).map(({ transition }) => transition?.to)).toEqual(['OK', 'OK', 'OK']);
});

test('a new normal of one route is one for all routes, and leaves the others as they are', () => {
  const used = lose(lose(initTarget(START, TWO), 'a', 1, TWO), 'b', 1, TWO);
  const target = stepTarget(used, { type: 'rebaseline', route: 'a', at: START + 900_000 }, TWO);
  expect([target.state['a']?.seen, target.state['all']?.seen, target.state['b']?.seen]).toEqual([0, 0, 1]);
});

test('a tick reaches the detectors that it is due for', () => {
  let target = initTarget(START, TWO);
  target = stepTarget(target, { type: 'launch', route: 'a', at: START, id: 'a1', askedBy: null }, TWO);
  target = stepTarget(target, { type: 'launch', route: 'b', at: START + 500, id: 'b1', askedBy: null }, TWO);
  expect(target.nextWake).toBe(START + 1000);
  expect(stepTarget(target, { type: 'tick', at: START + 1000 }, TWO).stepped).toEqual(['a', 'all']);
});

test('a tick at a deadline waits for two seconds, in which a code that came in time still counts', () => {
  const solo = warm('a');
  let target = initTarget(START, solo);
  target = stepTarget(target, { type: 'launch', route: 'a', at: START, id: 'a1', askedBy: null }, solo);
  target = stepTarget(target, { type: 'tick', at: START + 32_000 }, solo);
  expect(target.nextWake).toBe(START + 62_000);
  const event: TargetEvent = {
    type: 'delivered',
    route: 'a',
    at: START + 61_500,
    id: 'a1',
    latencyMs: 59_900,
  };
  expect(stepTarget(target, event, solo).state['a']?.counts).toEqual([0, 0, 0, 0, 0, 0, 1, 0]);
});

test('stored states are taken up again, and a restore drops what waited', () => {
  const before = stepTarget(
    lose(initTarget(START, TWO), 'a', 2, TWO),
    { type: 'launch', route: 'a', at: START + 700_000, id: 'w', askedBy: null },
    TWO,
  );
  const again = initTarget(START + 710_000, TWO, JSON.parse(JSON.stringify(before.state)));
  expect(again.answers['a']?.score).toBe(before.answers['a']?.score);
  const restored = stepTarget(again, { type: 'restore', route: null, at: START + 710_000 }, TWO);
  expect(Object.values(restored.state).flatMap(({ waiting }) => waiting)).toEqual([]);
  expect(restored.state['a']?.evidence).toEqual(before.state['a']?.evidence);
});

test('an outage is told since its first bad probe, by all detectors in alarm together', () => {
  const target = lose(initTarget(START, TWO), 'a', 4, TWO);
  expect(target.answers['a']?.status).toBe('ALARM');
  expect(outageOf(target)).toEqual({ since: START + 300_000, slowFromMs: null });
  expect(outageOf(initTarget(START, TWO))).toBeNull();
});

test('an alarm over slow codes says from when on a code is slow', () => {
  const solo = warm('a');
  let target = initTarget(START, solo);
  for (let n = 0; target.answers['a']?.status !== 'ALARM' && n < 20; n += 1) {
    const at = START + n * 120_000;
    target = stepTarget(target, { type: 'launch', route: 'a', at, id: `${n}`, askedBy: null }, solo);
    target = stepTarget(
      target,
      { type: 'delivered', route: 'a', at: at + 30_000, id: `${n}`, latencyMs: 30_000 },
      solo,
    );
  }
  expect(target.answers['a']?.hypothesis).toBe('slow');
  expect(outageOf(target)?.slowFromMs).toBe(16_000);
});

function configsOf(rows: readonly VectorRow[]): Record<string, DetectorConfig> {
  const byRoute = (name: string) => rows.find((row) => cell(row, 'route') === name);
  return Object.fromEntries(
    ['a', 'b', 'all'].flatMap((name) => {
      const row = byRoute(name);
      return row ? [[name, configOf(row)]] : [];
    }),
  );
}

/** The rows tell where `all` would send when it asks, also when a route asks and comes first. */
function sendTo(target: TargetDetector, rows: readonly VectorRow[]): string {
  const told = cellOf(rows, 'send_to');
  const { askedBy, route } = target.confirmation ?? { askedBy: '', route: '' };
  return askedBy === 'all' && rows.some((row) => cell(row, 'route') === 'all') ? route : told;
}

function named(target: TargetDetector): string {
  const isNews = target.stepped.includes('all') && target.answers['all']?.transition?.to === 'ALARM';
  return isNews ? (target.named ?? 'several') : '';
}

const cellOf = (rows: readonly VectorRow[], column: string): string =>
  rows.map((row) => cell(row, column)).find((text) => text !== '') ?? '';

/** A route's row and that of `all` which follows it; or all ticks of one time. */
function rowsOfOneEvent(rows: readonly VectorRow[], from: number): VectorRow[] {
  const [first, ...rest] = rows.slice(from);
  if (!first) return [];
  const together = rest.findIndex(
    (row) =>
      cell(row, 'event') !== cell(first, 'event') ||
      cell(row, 't_ms') !== cell(first, 't_ms') ||
      cell(row, 'probe_id') !== cell(first, 'probe_id'),
  );
  return [first, ...(together < 0 ? rest : rest.slice(0, together))];
}

function targetEventOf(rows: readonly VectorRow[]): TargetEvent {
  const [first] = rows;
  if (!first) throw new Error('there is no row');
  const at = timeOf(first);
  const id = cell(first, 'probe_id');
  const name = cell(first, 'route');
  switch (cell(first, 'event')) {
    case 'launch': {
      const asker = rows.find((row) => cell(row, 'confirm') === '1');
      return { type: 'launch', at, route: name, id, askedBy: asker ? cell(asker, 'route') : null };
    }
    case 'delivered':
      return { type: 'delivered', at, route: name, id, latencyMs: numberIn(first, 'latency_ms') };
    default:
      return { type: 'tick', at };
  }
}
