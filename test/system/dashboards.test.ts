import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CAUSES } from '../../src/domain/verdict/cause.ts';
import { openDrillWorld, type DrillWorld } from '../../src/drill/drill-world.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import { createPacedClock } from '../../src/runtime/paced-clock.ts';
import { SCENARIOS } from '../../src/sim/scenario-kinds.ts';
import { ALERTS } from '../grafana/alert-files.ts';
import { drawn, expressions, readDashboards, type PanelInFile } from '../grafana/dashboard-files.ts';
import { shorten } from '../support/alert-stack.ts';
import { draw, substitute, type Chosen, type Drawn } from '../support/dashboard-queries.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const SPEED = 80;
/** In the time of the daemon. */
const SCRAPE_MS = 40_000;
/** Enough for each route to have some. */
const HEALTHY_CODES = 10;

type Sign = (event: ProbeEvent) => boolean;
const ended =
  (...outcomes: string[]): Sign =>
  (event) =>
    event.kind === 'attempt_finished' &&
    event.attempt.probe === 'acme-sms' &&
    outcomes.includes(event.attempt.outcome);

/** Every scenario, one after another, and by what one sees that it has come about. It begins and ends with a healthy login. */
const BREAKS: readonly { scenario: string; sign: Sign }[] = [
  {
    scenario: 'sms-sender-off',
    sign: (event) => event.kind === 'verdict_changed' && event.verdict.cause === 'code_sender',
  },
  { scenario: 'rate-limit', sign: ended('rate_limited') },
  { scenario: 'slow 15', sign: ended('late') },
  { scenario: 'template-changed', sign: ended('code_unreadable') },
  { scenario: '2fa-not-asked', sign: ended('challenge_missing') },
  { scenario: 'login-down', sign: ended('target_unreachable') },
  {
    scenario: 'receiver-down',
    sign: (event) => event.kind === 'tick_skipped' && event.reason === 'receiver_down',
  },
  { scenario: 'lossy 1', sign: ended('lost') },
  { scenario: 'number-dead us-a', sign: ended('lost') },
  { scenario: 'carrier-outage carrier-b', sign: ended('lost') },
  { scenario: 'twitter-2022', sign: ended('lost') },
  {
    scenario: 'duplicates',
    sign: (event) => event.kind === 'message_settled' && event.disposition === 'duplicate',
  },
  { scenario: 'reorder', sign: ended('ok') },
];

const dashboards = readDashboards();
const panels = dashboards.flatMap((dashboard) =>
  drawn(dashboard).map((panel) => ({ uid: dashboard.uid, panel, name: `${dashboard.uid} / ${panel.title}` })),
);
const PROBES = ['acme-sms', 'acme-totp', 'acme-backup', 'receive-path'];

const atTheEnd: (() => Promise<unknown>)[] = [];
let world: DrillWorld;
let prometheus: string;
const times = { begin: 0, healthy: 0, end: 0 };

beforeAll(async () => {
  const signs = watchFor();
  const clock = createPacedClock(SPEED);
  const logger = { log: () => undefined };
  world = await openDrillWorld({
    seed: 'dashboards',
    clock,
    version: '0.0.0-test',
    logger,
    observers: [signs],
  });
  atTheEnd.push(() => world.close());
  prometheus = await startPrometheus();
  times.begin = now();
  await act('acme-backup/run');
  // Its control is a command of the daemon's own schedule: once an hour, as nothing may run it by hand.
  const control = signs.next(
    (event) => event.kind === 'attempt_finished' && event.attempt.target === 'control',
  );
  for (let codes = 0; codes < HEALTHY_CODES; codes += 1) await signs.next(ended('ok', 'late', 'lost'));
  await control;
  times.healthy = await nextScrape();

  await act('acme-backup/maintenance', { duration: '10m' });
  for (const { scenario, sign } of BREAKS) {
    world.simulator.scenarios.set(scenario);
    await signs.next(sign);
    world.simulator.scenarios.clear();
  }
  // The last of what is counted is in the picture a step later, at most a quarter of an hour: four ticks are enough.
  const tick: Sign = (event) => event.kind === 'tick_taken' && event.probe === 'acme-totp';
  for (let ticks = 0; ticks < 5; ticks += 1) await signs.next(tick);
  times.end = await nextScrape();
}, 240_000);

afterAll(async () => {
  for (const end of atTheEnd.toReversed()) await end();
});

test('every scenario of the simulator was there', () => {
  const played = BREAKS.map(({ scenario }) => scenario.split(' ')[0] ?? '');
  expect(new Set(played)).toEqual(new Set(SCENARIOS.map(({ name }) => name)));
});

test.each(panels)(
  '$name: each of its queries returns data, and a probe that sends codes fills it',
  async ({ panel }) => {
    const found = await Promise.all(panel.targets.map((target) => overProbes(target)));
    expect(found.map((byProbe) => byProbe.some(({ series }) => series.length > 0))).toEqual(
      panel.targets.map(() => true),
    );
    const ofCodes = found.flatMap((byProbe) => byProbe[0]?.series ?? []);
    expect(ofCodes).not.toEqual([]);
  },
);

test.each(panels)(
  '$name: a healthy probe that runs every five minutes has no gap and no NaN',
  async ({ panel }) => {
    const period = { from: times.begin, to: times.healthy };
    for (const target of panel.targets) {
      const series = await draw(prometheus, target, { ...chosen('acme-sms'), ...period });
      for (const { labels, points } of series) {
        expect([labels, points.filter(([, value]) => !Number.isFinite(value))]).toEqual([labels, []]);
      }
      // A value that is only read has a gap where Prometheus could not scrape, and only there.
      if (!target.expr.includes('increase(')) continue;
      const last = Math.max(0, ...series.map(({ points }) => points.at(-1)?.[0] ?? 0));
      for (const { labels, points } of series) {
        const steps = points
          .slice(1)
          .map(([at], index) => Math.round((at - (points[index]?.[0] ?? 0)) * 1e3));
        expect([labels, new Set(steps).size <= 1, points.at(-1)?.[0]]).toEqual([labels, true, last]);
      }
    }
  },
);

test('the overview shows the verdict, the loss and what is left', async () => {
  const verdicts = await seen('twofa-overview', 'Verdict over time');
  expect(valuesOf(verdicts)).toContain(CAUSES.indexOf('code_sender'));
  // The six hours hold the whole run: more than every twentieth code was lost.
  const tiles = await seen('twofa-overview', 'Delivery, 6 h');
  expect(tiles.map(({ points }) => points.at(-1)?.[1]).at(-1)).toBe(1800);
  const routes = await seen('twofa-overview', 'Routes: codes on time');
  expect(new Set(routes.map(({ labels }) => labels['route']))).toEqual(
    new Set(['us-carrier-a', 'us-carrier-b']),
  );
  const [onTime] = valuesOf(await seen('twofa-overview', 'Codes on time, 24 h'));
  expect(onTime).toBeGreaterThan(0.1);
  expect(onTime).toBeLessThan(0.9);
  const outcomes = await seen('twofa-overview', 'Outcomes');
  expect(new Set(outcomes.map(({ labels }) => labels['probe']))).toEqual(new Set(PROBES));
});

test('the probe dashboard has each outcome, and what became of each code', async () => {
  const happened = async (title: string, label: string): Promise<string[]> =>
    (await seen('twofa-probe', title))
      .filter(({ points }) => points.some(([, value]) => value > 0))
      .flatMap(({ labels }) => labels[label] ?? []);
  expect(await happened('Outcomes, in the hour before', 'outcome')).toEqual(
    expect.arrayContaining([
      'ok',
      'late',
      'lost',
      'code_unreadable',
      'challenge_missing',
      'target_unreachable',
      'rate_limited',
    ]),
  );
  const bad = 'Late, lost, duplicate: in the hour before';
  expect(await happened(bad, 'result')).toEqual(expect.arrayContaining(['late', 'lost', 'unreadable']));
  expect(await happened(bad, 'inbox')).toEqual(['carrier']);
});

test('the prober dashboard shows the breaker and the inbox that was down', async () => {
  expect(valuesOf(await seen('twofa-prober', 'Breakers'))).toContain(1);
  expect(valuesOf(await seen('twofa-prober', 'Inboxes that can be read'))).toContain(0);
});

test('dots of the heatmap lead to attempts that the daemon has a page for', async () => {
  const heatmap = panels.find(({ panel }) => panel.type === 'heatmap')?.panel.targets[0];
  if (!heatmap) throw new Error('there is no heatmap');
  const query = new URLSearchParams({
    query: substitute(heatmap, chosen('acme-sms')),
    start: String(times.begin),
    end: String(times.end),
  });
  const answer = await fetch(`${prometheus}/api/v1/query_exemplars?${query.toString()}`);
  const { data } = (await answer.json()) as { data: { exemplars: { labels: { attempt_id: string } }[] }[] };
  const ids = new Set(data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.attempt_id)));
  expect(ids.size).toBeGreaterThan(5);
  for (const id of ids) expect([id, (await fetch(`${world.web}/attempts/${id}`)).status]).toEqual([id, 200]);
});

test('annotations mark the verdict and the maintenance', async () => {
  for (const { uid, annotations } of dashboards) {
    for (const { name, expr, step } of annotations.list) {
      const target = { refId: 'A', expr, interval: step, instant: false, range: true };
      const series = await drawAll({ ...target, datasource: DATASOURCE }, 'acme-backup');
      expect([uid, name, series.length > 0]).toEqual([uid, name, true]);
    }
  }
});

test('variables list what there is', async () => {
  const listed = async (query: string): Promise<string[]> => {
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
    const match = substitute({ expr: selector }, chosen('acme-sms'));
    const path = `label/${label}/values?${new URLSearchParams({ 'match[]': match }).toString()}`;
    const answer = await fetch(`${prometheus}/api/v1/${path}`);
    return ((await answer.json()) as { data: string[] }).data;
  };
  const probe = dashboards.find(({ uid }) => uid === 'twofa-probe');
  const lists = (probe?.templating.list ?? []).filter(({ type }) => type === 'query');
  const values = await Promise.all(
    lists.map(async ({ name, query }) => [name, await listed(query)] as const),
  );
  expect(Object.fromEntries(values)).toEqual({
    target: ['acme', 'control'],
    probe: PROBES.toSorted(),
    location: ['local'],
    route: ['us-carrier-a', 'us-carrier-b'],
  });
});

test('promtool finds every query well-formed, as Grafana sends it', async () => {
  const all = { ...chosen('acme-sms'), speed: 1 };
  const rules = dashboards.flatMap(expressions).map(({ expr }, index) => ({
    record: `query_${index}`,
    expr: substitute({ expr, interval: '15m' }, all),
  }));
  const folder = await mkdtemp(join(tmpdir(), 'twofa-queries-'));
  atTheEnd.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'queries.json');
  await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboards', rules }] }));
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  expect({ status, stderr, found: stdout.includes(`${rules.length} rules found`) }).toEqual({
    status: 0,
    stderr: '',
    found: true,
  });
});

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;
type Target = PanelInFile['targets'][number];

/** All is chosen, but for the probe. */
function chosen(probe: string): Chosen {
  return {
    scrapeMs: SCRAPE_MS,
    speed: SPEED,
    values: { probe, target: '.+', route: '.+', location: '.+' },
  };
}

const drawAll = (target: Target, probe: string): Promise<Drawn[]> =>
  draw(prometheus, target, { ...chosen(probe), from: times.begin, to: times.end });

const overProbes = (target: Target) =>
  Promise.all(PROBES.map(async (probe) => ({ probe, series: await drawAll(target, probe) })));

async function seen(uid: string, title: string): Promise<Drawn[]> {
  const found = panels.find(({ uid: its, panel }) => its === uid && panel.title === title);
  if (!found) throw new Error(`there is no panel "${title}" on ${uid}`);
  return (await Promise.all(found.panel.targets.map((target) => drawAll(target, 'acme-sms')))).flat();
}

const valuesOf = (series: readonly Drawn[]): number[] =>
  series.flatMap(({ points }) => points.map(([, value]) => value));

/** Lets one wait for what is to happen next. */
function watchFor() {
  const watchers = new Set<(event: ProbeEvent) => void>();
  return {
    observe(event: ProbeEvent): void {
      for (const watch of watchers) watch(event);
    },
    next: (sign: Sign): Promise<void> =>
      new Promise((resolve) => {
        const watch = (event: ProbeEvent): void => {
          if (!sign(event)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
      }),
  };
}

/** Seconds, as Prometheus counts them. */
const now = (): number => Date.now() / 1000;

/** When Prometheus has scraped what is true now. */
async function nextScrape(): Promise<number> {
  const asked = now();
  return until(async () => {
    const answer = await fetch(`${prometheus}/api/v1/query?query=timestamp(twofa_store_up)`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    const at = Number(data.result[0]?.value[1]);
    return at > asked + 1 ? at : null;
  }, AbortSignal.timeout(30_000));
}

async function act(path: string, body?: object): Promise<void> {
  const answer = await fetch(`${world.web}/api/v1/probes/${path}`, {
    method: 'POST',
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
}

/** A real one, with the recording rules; it keeps exemplars. */
async function startPrometheus(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-dashboards-'));
  atTheEnd.push(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'rules'));
  await writeFile(
    join(folder, 'rules/sli.yml'),
    shorten(await readFile(`${ALERTS}rules/sli.yml`, 'utf8'), SPEED),
  );
  const scrape = `${Math.round(SCRAPE_MS / SPEED)}ms`;
  const config = {
    global: { scrape_interval: scrape, scrape_timeout: scrape, evaluation_interval: '1s' },
    rule_files: [join(folder, 'rules/*.yml')],
    scrape_configs: [{ job_name: 'twofa-prober', static_configs: [{ targets: [new URL(world.web).host] }] }],
  };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const port = await freePort();
  const options = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ];
  const child = spawn('prometheus', options, { stdio: 'ignore' });
  await once(child, 'spawn');
  atTheEnd.push(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const url = `http://127.0.0.1:${port}`;
  const up = async () => {
    const answer = await fetch(`${url}/api/v1/query?query=twofa_build_info`);
    const { data } = (await answer.json()) as { data: { result: unknown[] } };
    return data.result.length > 0 ? true : null;
  };
  await until(up, AbortSignal.timeout(30_000));
  return url;
}
