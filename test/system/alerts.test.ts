import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ALERTS, isAlert, readRules, readRunbooks } from '../grafana/alert-files.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const EXAMPLE = `${ALERTS}alertmanager.example.yml`;
const bounded = () => AbortSignal.timeout(60_000);
const execute = promisify(execFile);
const alerts = readRules().filter(isAlert);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twofa-alerts-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const run = async (tool: string, ...args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await execute(tool, args, { signal: AbortSignal.timeout(150_000) });
  return stdout + stderr;
};

test('the rules and the Prometheus example are valid', async () => {
  expect(await run('promtool', 'check', 'config', `${ALERTS}prometheus.example.yml`)).toContain('SUCCESS');
  const rules = (await readdir(`${ALERTS}rules`)).map((name) => `${ALERTS}rules/${name}`);
  expect(await run('promtool', 'check', 'rules', '--lint-fatal', ...rules)).not.toContain('FAILED');
});

const testFiles = (await readdir(`${ALERTS}tests`)).filter((name) => name.endsWith('.test.yml'));
test.each(testFiles)('the rules do what %s expects', async (name) => {
  expect(await run('promtool', 'test', 'rules', `${ALERTS}tests/${name}`)).toContain('SUCCESS');
});

test('every query of the runbooks is PromQL', async () => {
  const queries = readRunbooks().flatMap(({ text }) =>
    [...text.matchAll(/```promql\n([\s\S]*?)```/g)].flatMap(([, block = '']) => {
      const lines = block.split('\n').map((line) => line.trim());
      return lines.filter((line) => line !== '');
    }),
  );
  expect(queries.length).toBeGreaterThan(30);
  const path = join(folder, 'queries.yml');
  const rules = queries.map((expr, index) => ({ record: `query:twofa:${index}`, expr }));
  await writeFile(path, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
  expect(await run('promtool', 'check', 'rules', path)).toContain(`${queries.length} rules found`);
});

test('amtool has nothing to say about the Alertmanager example', async () => {
  const said = await run('amtool', 'check-config', EXAMPLE);
  expect(said).toContain('SUCCESS');
  expect(said).not.toContain('FAILED');
});

test.each(alerts.map(({ alert, labels }) => [alert, labels] as const))(
  '%s is routed by its severity',
  async (alert, { severity, about }) => {
    const labels = [`alertname=${alert}`, `severity=${severity}`, `about=${about}`, 'target=acme'];
    const said = await run('amtool', 'config', 'routes', 'test', `--config.file=${EXAMPLE}`, ...labels);
    expect(said.split('\n')[0]).toBe(severity);
  },
);

type Labels = Readonly<Record<string, string>>;
const outage = (more: Labels = {}): Labels => ({
  alertname: 'TwofaOutage',
  target: 'acme',
  route: 'us-a',
  hypothesis: 'loss',
  cause: 'code_sender',
  ...labelsOf('TwofaOutage'),
  ...more,
});
const alert = (alertname: string, more: Labels = {}): Labels => ({
  alertname,
  ...labelsOf(alertname),
  ...more,
});

function labelsOf(name: string): Labels {
  const found = alerts.find((one) => one.alert === name);
  if (!found) throw new Error(`there is no alert ${name}`);
  return found.labels;
}

interface Inhibition {
  readonly title: string;
  readonly firing: readonly Labels[];
  /** Names with their target or cause: who still notifies. */
  readonly heard: readonly string[];
}
const INHIBITIONS: readonly Inhibition[] = [
  {
    title: 'a login that is down inhibits the SMS alerts of its target, and of no other',
    firing: [
      alert('TwofaLoginBroken', { target: 'acme' }),
      outage(),
      alert('TwofaSloBurn', { target: 'acme' }),
      alert('TwofaCodesLate', { target: 'acme', route: 'us-a' }),
      alert('TwofaAccountRefused', { target: 'acme', probe: 'acme-sms', outcome: 'login_refused' }),
      outage({ target: 'other' }),
      alert('TwofaChallengeMissing', { target: 'acme', probe: 'acme-totp', factor: 'totp' }),
    ],
    heard: ['TwofaChallengeMissing acme', 'TwofaLoginBroken acme', 'TwofaOutage other code_sender'],
  },
  {
    title: 'a prober that is down inhibits all else',
    firing: [
      alert('TwofaProberDown'),
      alert('TwofaNodeDown', { instance: 'fra-1:9823', job: 'twofa' }),
      alert('TwofaLoginBroken', { target: 'acme' }),
      outage(),
      alert('TwofaSpendNearCap', { currency: 'USD' }),
      alert('TwofaStoreDown'),
    ],
    heard: ['TwofaProberDown'],
  },
  {
    title:
      'a certain cause quiets the page that was sent without one, and all routes are quiet beside a named one',
    firing: [
      outage({ cause: 'inconclusive' }),
      outage(),
      outage({ route: 'all' }),
      outage({ target: 'other', route: 'all', cause: 'inconclusive' }),
      outage({ target: 'third', cause: 'inconclusive' }),
      alert('TwofaCodesLate', { target: 'acme', route: 'us-b' }),
    ],
    heard: [
      'TwofaOutage acme code_sender',
      'TwofaOutage other inconclusive',
      'TwofaOutage third inconclusive',
    ],
  },
  {
    title: 'a number of ours is a ticket of its own beside the outage of another route',
    firing: [
      outage({ route: 'us-b', cause: 'carrier' }),
      alert('TwofaNumberTrouble', { target: 'acme', route: 'us-a', hypothesis: 'loss', cause: 'number' }),
      outage({ cause: 'inconclusive' }),
    ],
    heard: ['TwofaNumberTrouble acme number', 'TwofaOutage acme carrier'],
  },
  {
    title: 'a target that nobody watches pages instead of the tickets that explain it',
    firing: [
      alert('TwofaBlind', { target: 'acme', factor: 'sms' }),
      alert('TwofaRateLimited', { target: 'acme' }),
      alert('TwofaProbeStale', { target: 'acme', probe: 'acme-sms', factor: 'sms' }),
      alert('TwofaRateLimited', { target: 'other' }),
    ],
    heard: ['TwofaBlind acme', 'TwofaRateLimited other'],
  },
];

test.each(INHIBITIONS)('in a real Alertmanager $title', async ({ firing, heard }) => {
  const { url, process } = await startAlertmanager();
  try {
    await until(async () => ((await fetch(`${url}/-/ready`)).ok ? true : null), bounded());
    const posted = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(firing.map((labels) => ({ labels }))),
      signal: bounded(),
    });
    expect(posted.status).toBe(200);
    const active = await until(async () => {
      const known = await readAlerts(url);
      const settled = known.length === firing.length && known.every(({ state }) => state !== 'unprocessed');
      return settled ? known.filter(({ state }) => state === 'active') : null;
    }, bounded());
    expect(active.map(({ name }) => name).sort()).toEqual([...heard].sort());
  } finally {
    process.kill();
    await once(process, 'exit');
  }
});

async function startAlertmanager(): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const process = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${EXAMPLE}`,
      `--storage.path=${await mkdtemp(join(folder, 'alertmanager-'))}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  await once(process, 'spawn');
  return { url: `http://127.0.0.1:${port}`, process };
}

const Known = z.array(
  z.object({ labels: z.record(z.string(), z.string()), status: z.object({ state: z.string() }) }),
);

async function readAlerts(url: string): Promise<{ name: string; state: string }[]> {
  const answer = await fetch(`${url}/api/v2/alerts`, { signal: bounded() });
  return Known.parse(await answer.json()).map(({ labels, status }) => ({
    name: [labels['alertname'], labels['target'], labels['cause']].filter(Boolean).join(' '),
    state: status.state,
  }));
}
