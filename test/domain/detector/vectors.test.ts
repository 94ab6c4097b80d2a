import { expect, test } from 'vitest';
import { confirmRoute, namedRoute, type RouteView } from '../../../src/domain/detector/all-routes.ts';
import { baselineAt } from '../../../src/domain/detector/baseline.ts';
import { init, readState, type DetectorState } from '../../../src/domain/detector/state.ts';
import { step, type Answer } from '../../../src/domain/detector/step.ts';
import {
  cell,
  configOf,
  eventOf,
  numberIn,
  readVectors,
  timeOf,
  VECTORS_BASE,
  type VectorRow,
} from './vectors.ts';

const CASES = readVectors();

test('there are 37 cases of 2,476 rows', () => {
  expect(CASES.size).toBe(37);
  expect([...CASES.values()].flat()).toHaveLength(2476);
});

for (const [name, rows] of CASES) {
  test(`the case ${name} comes out row by row`, () => {
    expect(mismatches(rows, (state) => state)).toEqual([]);
  });

  test(`the case ${name} comes out the same when every state is stored and read back`, () => {
    expect(mismatches(rows, restart)).toEqual([]);
  });
}

const restart = (state: DetectorState, row: VectorRow): DetectorState | null =>
  readState(JSON.parse(JSON.stringify(state)), configOf(row));

/** Feeds exactly the events given: some cases miss ticks or ignore answers on purpose. */
function mismatches(
  rows: readonly VectorRow[],
  keep: (state: DetectorState, row: VectorRow) => DetectorState | null,
): string[] {
  const routes = new Map<string, RouteView>();
  return rows.flatMap((row) => {
    const route = cell(row, 'route');
    const config = configOf(row);
    const before = keep(routes.get(route)?.state ?? init(VECTORS_BASE, config), row);
    if (!before) return [`row ${route} ${cell(row, 'step')}: the stored state was not taken back`];
    const { state, answer } = step(before, eventOf(row), config);
    routes.set(route, { route, state, score: answer.score, config });
    const others = [...routes.values()].filter((view) => view.route !== 'all');
    const words = { ...wordsOf(answer), ...(route === 'all' ? allWords(answer, others, row) : NO_ALL_WORDS) };
    return [...differentWords(words, row), ...differentNumbers(numbersOf(state, answer, row), row)];
  });
}

/** Words are compared exactly, numbers within a millionth. */
const differentWords = (words: Readonly<Record<string, string>>, row: VectorRow): string[] =>
  Object.entries(words)
    .filter(([column, word]) => word !== cell(row, column))
    .map(([column, word]) => difference(row, column, word));

const differentNumbers = (numbers: Readonly<Record<string, number>>, row: VectorRow): string[] =>
  Object.entries(numbers)
    .filter(([column, value]) => !(Math.abs(value - numberIn(row, column)) < 1e-6))
    .map(([column, value]) => difference(row, column, String(value)));

const difference = (row: VectorRow, column: string, got: string): string =>
  `row ${cell(row, 'route')} ${cell(row, 'step')}: ${column} is ${got}, expected ${cell(row, column)}`;

const wordsOf = (answer: Answer) => ({
  status: answer.status,
  hypothesis: answer.hypothesis ?? '',
  transition: answer.transition ? `${answer.transition.from}>${answer.transition.to}` : '',
  action: answer.action,
  next_wake_ms: answer.nextWake === null ? '' : String(answer.nextWake - VECTORS_BASE),
});

const NO_ALL_WORDS = { send_to: '', named: '' };

const allWords = (answer: Answer, routes: readonly RouteView[], row: VectorRow) => ({
  send_to: answer.action === 'confirm' ? (confirmRoute(routes, timeOf(row)) ?? 'none') : '',
  named: answer.transition?.to === 'ALARM' ? (namedRoute(routes) ?? 'several') : '',
});

function numbersOf(state: DetectorState, answer: Answer, row: VectorRow): Record<string, number> {
  const config = configOf(row);
  return {
    R_loss: state.evidence.loss,
    R_partial: state.evidence.partial,
    R_slow: state.evidence.slow,
    V: answer.score,
    G: state.recovery,
    tokens: state.budgetMs / config.refillMs,
    sends: state.sends.length,
    p_timeout: baselineAt(state, state.lastAt, config).at(-1) ?? NaN,
  };
}
