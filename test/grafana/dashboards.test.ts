import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CODE_RESULTS, DISPOSITIONS, FAULTS, OUTCOMES, SKIPS } from '../../src/domain/outcome.ts';
import { CAUSES } from '../../src/domain/verdict/cause.ts';
import { CATALOGUE } from '../../src/metrics/catalogue.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { PROBE_STATES } from '../../src/ports/operations.ts';
import { dashboardFiles } from '../../scripts/dashboards.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { readExposition } from '../support/exposition.ts';
import { isAlert, readRules } from './alert-files.ts';
import { DASHBOARDS, drawn, expressions, readDashboards } from './dashboard-files.ts';

const ROOT = join(import.meta.dirname, '../..');
const files = readDashboards();
const asked = files.flatMap((dashboard) => expressions(dashboard));
const panels = files.flatMap((dashboard) =>
  drawn(dashboard).map((panel) => ({ name: `${dashboard.uid} / ${panel.title}`, panel })),
);

test('the committed dashboards are what grafana/src makes: run npm run dashboards', () => {
  expect(readdirSync(DASHBOARDS).toSorted()).toEqual(
    dashboardFiles()
      .map(([name]) => name)
      .toSorted(),
  );
  for (const [name, text] of dashboardFiles()) {
    expect([name, readFileSync(`${DASHBOARDS}${name}`, 'utf8') === text]).toEqual([name, true]);
  }
});

test('there are the three, with variables for all that one chooses by', () => {
  expect(files.map(({ uid }) => uid).toSorted()).toEqual(['twofa-overview', 'twofa-probe', 'twofa-prober']);
  const variables = files.flatMap(({ templating }) => templating.list.map(({ name }) => name));
  expect(new Set(variables)).toEqual(new Set(['datasource', 'target', 'probe', 'location', 'route']));
  expect(panels.length).toBeGreaterThan(40);
});

/** Series by the labels they can have. `le` and what a scrape adds are there for all. */
async function knownSeries(): Promise<Map<string, Set<string>>> {
  const known = new Map<string, Set<string>>();
  const scraped = ['instance', 'job'];
  const add = (name: string, labels: readonly string[]) => known.set(name, new Set([...labels, ...scraped]));
  for (const { name, type, labels } of Object.values(CATALOGUE)) {
    if (type !== 'histogram') add(name, labels);
    else for (const part of ['_bucket', '_count', '_sum']) add(name + part, [...labels, 'le']);
  }
  const logger = { log: () => {} };
  const gauges = () => Promise.reject(new Error('none'));
  const metrics = createMetrics({ version: '0', nodeVersion: '0', clock: new FakeClock(), logger, gauges });
  const { body } = await metrics.scrape('text/plain');
  for (const name of readExposition(body, false).keys()) if (!known.has(name)) add(name, []);
  for (const rule of readRules()) if (!isAlert(rule)) add(rule.record, ['target', 'route']);
  add('up', []);
  return known;
}

const known = await knownSeries();
const NOT_SERIES = new Set(['le', 'instance', 'job', 'by', 'on', 'and', 'or', 'group_left', 'bool']);

/** Selectors of an expression: the name, and the labels that it asks for. */
function selectorsIn(expr: string): { name: string; labels: string[] }[] {
  const bare = expr.replaceAll(/\b(?:by|on|group_left)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/([a-zA-Z_][\w:]*)(\{[^}]*\})?(?!\w|\s*\()/g)]
    .map(([, name = '', labels = '']) => ({
      name,
      labels: [...labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)"/g)].map(([, label = '']) => label),
    }))
    .filter(({ name }) => !NOT_SERIES.has(name) && !name.startsWith('__'));
}

test('the selectors of an expression are found', () => {
  expect(
    selectorsIn(
      'sum by(a) (rate(x_total{b=~"$b",c!="d"}[$__rate_interval])) / on(job) group_left(job) (y:z:ratio)',
    ),
  ).toEqual([
    { name: 'x_total', labels: ['b', 'c'] },
    { name: 'y:z:ratio', labels: [] },
  ]);
});

test.each(asked)('$where names metrics and labels that exist', ({ expr }) => {
  const selectors = selectorsIn(expr.replaceAll(/\[[^\]]*\]/g, ''));
  expect(selectors.length).toBeGreaterThan(0);
  const labelsAsked = selectors.flatMap(({ name, labels }) => labels.map((label) => [name, label] as const));
  expect(selectors.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  expect(labelsAsked.filter(([name, label]) => !known.get(name)?.has(label))).toEqual([]);
  const grouped = [...expr.matchAll(/\b(?:by|on|group_left)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  );
  const labels = new Set(selectors.flatMap(({ name }) => [...(known.get(name) ?? [])]));
  expect(grouped.filter((label) => !labels.has(label))).toEqual([]);
});

test('label values are words that the daemon writes', () => {
  const words: Readonly<Record<string, readonly string[]>> = {
    outcome: OUTCOMES,
    result: CODE_RESULTS,
    fault: FAULTS,
    reason: SKIPS,
    cause: CAUSES,
    disposition: DISPOSITIONS,
    hypothesis: ['none', 'suspect', 'loss', 'partial', 'slow', 'muted'],
    state: PROBE_STATES,
    factor: ['sms', 'totp', 'backup-code'],
    target: ['control'],
  };
  const wrong = asked.flatMap(({ expr }) =>
    [...expr.matchAll(/\b([a-z]+)(?:=~|!~|!=|=)"([^"$]+)"/g)].flatMap(([, label = '', values = '']) =>
      values.split('|').filter((value) => !words[label]?.includes(value)),
    ),
  );
  expect(wrong).toEqual([]);
});

test('gauges that nodes share are aggregated with max; counters are summed over nodes', () => {
  const shared = Object.values(CATALOGUE).filter(({ help }) => help.includes('aggregate with max'));
  expect(shared.length).toBeGreaterThan(3);
  for (const { name } of shared) {
    for (const { where, expr } of asked.filter((one) => one.expr.includes(name))) {
      expect([where, expr]).toEqual([
        where,
        expect.stringMatching(new RegExp(`max by\\([a-z, ]+\\) \\(${name}\\b`)),
      ]);
      expect([where, expr]).not.toEqual([
        where,
        expect.stringMatching(new RegExp(`\\b(sum|avg|count)\\b[^(]*\\(${name}\\b`)),
      ]);
    }
  }
  for (const { where, expr } of asked) {
    const bare = expr.replaceAll(/sum by\([a-z_, ]+\) \(increase\(/g, '');
    expect([where, bare]).toEqual([where, expect.not.stringContaining('increase(')]);
  }
});

test('every range in which something is counted holds several samples of a probe each 5 to 15 minutes', () => {
  const ranges = panels.flatMap(({ name, panel }) =>
    panel.targets.flatMap(({ expr, interval = '' }) =>
      [...expr.matchAll(/increase\(\w+(?:\{[^}]*\})?\[([^\]]+)\]/g)].map(([, range = '']) => ({
        name,
        // Grafana makes it four steps at least.
        minutes: range === '$__rate_interval' ? 4 * minutesOf(interval) : minutesOf(range),
      })),
    ),
  );
  expect(ranges.length).toBeGreaterThan(30);
  expect(ranges.filter(({ minutes }) => minutes < 40)).toEqual([]);
});

function minutesOf(duration: string): number {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(duration) ?? [];
  const minutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };
  return Number(count ?? 0) * (minutes[unit] ?? 0);
}

test('a quantile or a share is only asked for where something was counted: never 0/0', () => {
  for (const { where, expr } of asked) {
    const guarded =
      !/histogram_quantile|increase\(.*\/ .*increase\(/.test(expr) || /increase\(.*\) > \(0\)/.test(expr);
    expect([where, guarded]).toEqual([where, true]);
  }
});

test('the sum of deliveries is asked for nowhere: a lost code adds an hour to it', () => {
  expect(asked.filter(({ expr }) => expr.includes('twofa_code_delivery_seconds_sum'))).toEqual([]);
});

test.each(files)('the panels of $uid fill all columns and do not overlap', ({ panels: placed }) => {
  const taken = new Set<string>();
  let bottom = 0;
  for (const { title, gridPos: at } of placed) {
    expect([title, at.x + at.w <= 24]).toEqual([title, true]);
    bottom = Math.max(bottom, at.y + at.h);
    for (let x = at.x; x < at.x + at.w; x += 1) {
      for (let y = at.y; y < at.y + at.h; y += 1) {
        expect([title, taken.has(`${x},${y}`)]).toEqual([title, false]);
        taken.add(`${x},${y}`);
      }
    }
  }
  expect(taken.size).toBe(24 * bottom);
  const ids = placed.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every panel says what it shows and what to do, in more than its title', () => {
  for (const { name, panel } of panels) {
    const sentences = (panel.description ?? '').split(/[.:] /).length;
    expect([name, sentences >= 2, (panel.description ?? '').length > 80]).toEqual([name, true, true]);
  }
});

test('links to runbooks and documents lead to pages that exist', () => {
  const links = [...files.flatMap(({ links }) => links), ...panels.flatMap(({ panel }) => panel.links)];
  const pages = links.flatMap(({ url }) => url?.split('/blob/main/')[1] ?? []);
  expect(new Set(pages).size).toBeGreaterThan(15);
  expect(pages.filter((page) => !existsSync(join(ROOT, page)))).toEqual([]);
});

test('links from one dashboard to another keep the datasource and the time', () => {
  const links = panels
    .flatMap(({ panel }) => panel.fieldConfig.defaults.links ?? [])
    .map(({ url }) => url ?? '');
  expect(links.length).toBeGreaterThan(3);
  const uids = files.map(({ uid }) => uid);
  for (const url of links) {
    expect(uids).toContain(/^\/d\/([a-z-]+)\?/.exec(url)?.[1]);
    expect(url).toContain('${datasource:queryparam}');
    expect(url).toContain('${__url_time_range}');
  }
});

test('every variable that an expression uses is one of its dashboard, or of Grafana', () => {
  for (const dashboard of files) {
    const own = new Set(['__rate_interval', ...dashboard.templating.list.map(({ name }) => name)]);
    const used = [
      ...expressions(dashboard).map(({ expr }) => expr),
      ...dashboard.templating.list.map(({ query }) => query),
    ].flatMap((text) => [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name));
    expect(used.filter((name) => !own.has(name))).toEqual([]);
  }
});

test('a variable of which one value is chosen is compared as it is: Grafana quotes for expressions only where several can be', () => {
  for (const dashboard of files) {
    const single = new Set(
      dashboard.templating.list.filter(({ multi }) => multi !== true).map(({ name }) => name),
    );
    for (const { where, expr } of expressions(dashboard)) {
      const asExpression = [...expr.matchAll(/[=!]~"[^"]*\$(\w+)/g)].map(([, name = '']) => name);
      expect([where, asExpression.filter((name) => single.has(name))]).toEqual([where, []]);
    }
  }
});

test('links and annotations stand on the page, not in a menu', () => {
  for (const { uid, links, annotations } of files) {
    for (const one of [...links, ...annotations.list])
      expect([uid, 'placement' in one]).toEqual([uid, false]);
  }
});

test('verdict changes are annotated on each dashboard, and exemplars lead from the delivery heatmap', () => {
  for (const { annotations } of files) {
    expect(annotations.list.map(({ expr }) => expr)).toContainEqual(expect.stringContaining('twofa_verdict'));
  }
  const heatmap = panels.find(({ panel }) => panel.type === 'heatmap');
  expect(heatmap?.panel.targets.map(({ exemplar }) => exemplar)).toEqual([true]);
});
