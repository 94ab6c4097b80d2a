import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { CAUSES } from '../../src/domain/verdict/cause.ts';
import { CODE_RESULTS, FAULTS, OUTCOMES, SKIPS } from '../../src/domain/outcome.ts';
import { CATALOGUE } from '../../src/metrics/catalogue.ts';
import { ALERTS, isAlert, readCases, readRules, readRunbooks } from './alert-files.ts';

const rules = readRules();
const alerts = rules.filter(isAlert);
const cases = readCases();
const names = alerts.map(({ alert }) => alert);
const RUNBOOK =
  /^https:\/\/github\.com\/twofa-prober\/twofa-prober\/blob\/main\/docs\/runbooks\/([a-z-]+)\.md$/;

test('there are alerts, and no two of one name', () => {
  expect(names.length).toBeGreaterThan(20);
  expect(new Set(names).size).toBe(names.length);
});

test.each(names)('%s is tested to fire, to resolve, and not to fire', (name) => {
  const firing = cases.filter(({ alert }) => alert === name).map((one) => one.firing);
  const resolves = firing.some((counts) => counts.some((count) => count > 0) && counts.at(-1) === 0);
  const startsSilent = firing.some((counts) => counts[0] === 0 && counts.some((count) => count > 0));
  const staysSilent = firing.some((counts) => counts.every((count) => count === 0));
  expect({ resolves, startsSilent, staysSilent }).toEqual({
    resolves: true,
    startsSilent: true,
    staysSilent: true,
  });
});

test('tests ask for alerts that exist', () => {
  expect(cases.map(({ alert }) => alert).filter((alert) => !names.includes(alert))).toEqual([]);
});

/** What Prometheus has of ours: the catalogue's series and the recorded ones. */
const known = new Set<string>();
for (const { name, type } of Object.values(CATALOGUE)) {
  if (type === 'histogram') for (const part of ['_bucket', '_count']) known.add(name + part);
  else known.add(name);
}
for (const rule of rules) if (!isAlert(rule)) known.add(rule.record);

test('every metric in a rule or its text is one of the catalogue or a recorded one', () => {
  const named = rules.flatMap((rule) => {
    const text = isAlert(rule) ? rule.expr + Object.values(rule.annotations).join(' ') : rule.expr;
    return text.match(/[a-z_]*:?\btwofa[:_][a-z0-9_:]+/g) ?? [];
  });
  expect(new Set(named).size).toBeGreaterThan(20);
  expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
});

test('label values in rules are words that the daemon writes', () => {
  const words: Readonly<Record<string, readonly string[]>> = {
    outcome: OUTCOMES,
    result: CODE_RESULTS,
    fault: FAULTS,
    reason: SKIPS,
    cause: CAUSES,
    hypothesis: ['none', 'suspect', 'loss', 'partial', 'slow', 'muted'],
    state: ['active', 'paused', 'maintenance'],
  };
  const unknown = rules.flatMap(({ expr }) =>
    [...expr.matchAll(/\b([a-z]+)[!=]~?"([a-z_|]+)"/g)].flatMap(([, label = '', values = '']) =>
      values.split('|').filter((value) => words[label] && !words[label].includes(value)),
    ),
  );
  expect(unknown).toEqual([]);
});

test('no rule reads bucket bounds or the sum of deliveries: both change without meaning', () => {
  const asked = /\ble\b|twofa_code_delivery_seconds_sum/;
  expect(rules.filter(({ expr }) => asked.test(expr))).toEqual([]);
});

test('gauges of what nodes share are aggregated with max', () => {
  const shared = Object.values(CATALOGUE).filter(({ help }) => help.includes('aggregate with max'));
  expect(shared.length).toBeGreaterThan(3);
  for (const { name } of shared) {
    for (const { expr } of rules.filter((rule) => rule.expr.includes(name))) {
      expect(expr).not.toMatch(new RegExp(`\\b(sum|avg|count)\\b[^(]*\\(\\s*${name}\\b`));
      expect(expr).toMatch(new RegExp(`\\bmax by \\([a-z, ]+\\) \\([^)]*${name}\\b`));
    }
  }
});

test('what pages about codes or logins goes on for 15 minutes, so that a lull does not resolve it', () => {
  const outages = alerts.filter(
    ({ labels: { severity, about } }) => severity === 'page' && /codes|login/.test(about),
  );
  expect(outages.map(({ alert }) => alert)).toEqual(
    expect.arrayContaining(['TwofaOutage', 'TwofaLoginBroken', 'TwofaSecondFactorRefused']),
  );
  expect(outages.filter((alert) => alert.keep_firing_for !== '15m')).toEqual([]);
});

test('every description shows what was measured, in words and values', () => {
  for (const { alert, annotations } of alerts) {
    expect([alert, annotations.description]).toEqual([
      alert,
      expect.stringMatching(/query|\$value|\$labels/),
    ]);
    expect([alert, annotations.summary.length < 140]).toEqual([alert, true]);
  }
});

test('every alert has its runbook, and every runbook is one of an alert and names it', () => {
  const runbooks = new Map(readRunbooks().map(({ name, text }) => [name, text]));
  const named = alerts.map(({ alert, annotations: { runbook_url: url } }) => {
    const [, name = `(not of the form: ${url})`] = RUNBOOK.exec(url) ?? [];
    expect([alert, runbooks.get(name)?.includes(alert)]).toEqual([alert, true]);
    return name;
  });
  expect(new Set(named)).toEqual(new Set(runbooks.keys()));
});

test('every runbook says what to look at, what to do and when to escalate, in order', () => {
  for (const { name, text } of readRunbooks()) {
    const heads = [...text.matchAll(/^## (.+)$/gm)].map(([, head]) => head);
    expect([name, heads.slice(0, 3)]).toEqual([name, ['Look', 'Do', 'Escalate']]);
    expect([name, /```promql/.test(text)]).toEqual([name, true]);
  }
});

test('metrics in the queries of runbooks exist', () => {
  for (const { name, text } of readRunbooks()) {
    const queries = [...text.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, query = '']) => query).join('\n');
    const asked = queries.match(/[a-z_]*:?\btwofa[:_][a-z0-9_:]+/g) ?? [];
    expect([name, asked.filter((metric) => !known.has(metric))]).toEqual([name, []]);
  }
});

test('every alert stands in the table of the alerts page with its severity', () => {
  const page = readFileSync(`${ALERTS}README.md`, 'utf8');
  for (const { alert, labels } of alerts) {
    expect([alert, page.includes(`| \`${alert}\` | ${labels.severity} |`)]).toEqual([alert, true]);
  }
  const listed = [...page.matchAll(/^\| `(Twofa\w+)` \|/gm)].map(([, alert]) => alert);
  expect(new Set(listed)).toEqual(new Set(names));
  expect(listed).toHaveLength(names.length);
});

test('the inhibitions of the Alertmanager example speak of alerts that exist', () => {
  const { inhibit_rules: inhibitions } = z
    .object({
      inhibit_rules: z.array(
        z.object({ source_matchers: z.array(z.string()), target_matchers: z.array(z.string()) }),
      ),
    })
    .parse(parse(readFileSync(`${ALERTS}alertmanager.example.yml`, 'utf8')));
  const matchers = inhibitions.flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers]);
  const asked = matchers.flatMap((matcher) => matcher.match(/Twofa[A-Za-z]+/g) ?? []);
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((name) => !names.includes(name))).toEqual([]);
});
