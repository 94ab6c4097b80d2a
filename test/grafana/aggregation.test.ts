import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/metrics/catalogue.ts';
import { readRules } from './alert-files.ts';
import { readDashboards } from './dashboard-files.ts';

const SHARED = Object.values(CATALOGUE)
  .filter(({ help }) => help.includes('Shared by nodes: aggregate with max.'))
  .map(({ name }) => name);
const COUNTED = Object.values(CATALOGUE)
  .filter(({ type }) => type !== 'gauge')
  .map(({ name }) => name);
const inRules = readRules().map(({ expr }) => expr);
const inDashboards = readDashboards().flatMap(({ panels }) =>
  panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
);
const expressions = [...inRules, ...inDashboards];

/** Whether one of the aggregations stands right before the series of that name. */
const aggregates = (expr: string, how: string, name: string): boolean =>
  new RegExp(`\\b(${how})\\s*(by\\s*\\([^)]*\\))?\\s*\\(\\s*${name}(_bucket|_count)?\\b`).test(expr);

test('what nodes share is nowhere summed, averaged or counted over them', () => {
  expect(SHARED).toEqual(expect.arrayContaining(['twofa_verdict', 'twofa_spend_month', 'twofa_leases_held']));
  const wrong = expressions.filter((expr) => SHARED.some((name) => aggregates(expr, 'sum|avg|count', name)));
  expect(wrong).toEqual([]);
});

test('what was counted in a while is nowhere taken from the node that counted most', () => {
  const wrong = expressions.filter((expr) =>
    COUNTED.some((name) => aggregates(expr, 'max|min|avg', `(increase|rate)\\s*\\(\\s*${name}`)),
  );
  expect(wrong).toEqual([]);
});

test('the rule itself finds a sum of what is shared', () => {
  expect(aggregates('sum by (currency) (twofa_spend_month)', 'sum', 'twofa_spend_month')).toBe(true);
  expect(aggregates('sum(twofa_spend_month{a="b"})', 'sum', 'twofa_spend_month')).toBe(true);
  expect(aggregates('max by (currency) (twofa_spend_month)', 'sum', 'twofa_spend_month')).toBe(false);
  expect(aggregates('max(increase(twofa_x_total[1h]))', 'max', 'increase\\(twofa_x_total')).toBe(true);
});
