import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import { createBoard } from '../../src/web/board.ts';
import { createWebServer, type WebServer } from '../../src/web/server.ts';
import { anAttempt, anInventory, aCode, aPlan } from '../support/builders.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeOperations } from '../support/fake-operations.ts';
import { until } from '../support/until.ts';
import { someGauges } from '../metrics/stand.ts';

const clock = new FakeClock();
const logger = { log: () => {} };
const bounded = () => AbortSignal.timeout(90_000);

let metrics: Metrics;
let web: WebServer;
let folder: string;
let webPort = 0;

beforeAll(async () => {
  const gauges = someGauges();
  const nodeVersion = process.versions.node;
  metrics = createMetrics({
    version: '0.1.0',
    nodeVersion,
    clock,
    logger,
    gauges: () => Promise.resolve(gauges),
  });
  metrics.configure(anInventory());
  metrics.observe({ kind: 'attempt_finished', attempt: anAttempt(aPlan('0198f2c4-on-time')) });
  const lost = anAttempt(aPlan('0198f2c4-lost'), { outcome: 'lost', code: aCode('lost', null) });
  metrics.observe({ kind: 'attempt_finished', attempt: lost });
  web = createWebServer({
    operations: new FakeOperations(),
    board: createBoard(),
    metrics,
    auth: { readToken: null, adminToken: null },
    loopback: true,
    redactedConfig: () => '',
    clock,
    logger,
  });
  ({ port: webPort } = await web.listen({ host: '127.0.0.1', port: 0 }));
  folder = await mkdtemp(join(tmpdir(), 'twofa-prometheus-'));
});

afterAll(async () => {
  await web.close();
  await rm(folder, { recursive: true, force: true });
});

test('promtool has nothing to say about the text format', async () => {
  const { body } = await metrics.scrape('text/plain');
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: body,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('a real Prometheus scrapes OpenMetrics and gives the exemplars back', async () => {
  const port = await freePort();
  const prometheus = await startPrometheus(port);
  try {
    const api = async (path: string): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { signal: bounded() });
      return ((await answer.json()) as { data: unknown }).data;
    };
    const value = await until(async () => {
      const query = 'twofa_codes_total{phone="us-a",result="lost"}';
      const { result } = (await api(`query?query=${encodeURIComponent(query)}`)) as {
        result: { value: [number, string] }[];
      };
      return result[0]?.value[1] ?? null;
    }, bounded());
    expect(value).toBe('1');

    const attempts = await until(async () => {
      const query = encodeURIComponent('twofa_code_delivery_seconds_bucket');
      const found = (await api(`query_exemplars?query=${query}&start=0&end=9999999999`)) as {
        exemplars: { labels: { attempt_id: string } }[];
      }[];
      const ids = found.flatMap((series) => series.exemplars.map((exemplar) => exemplar.labels.attempt_id));
      return ids.length > 1 ? new Set(ids) : null;
    }, bounded());
    expect(attempts).toEqual(new Set(['0198f2c4-on-time', '0198f2c4-lost']));

    const bounds = (await api(`label/le/values?match[]=twofa_code_delivery_seconds_bucket`)) as string[];
    expect(bounds).toContain('60.0');
    expect(bounds).not.toContain('60');
    const targets = (await api('targets')) as { activeTargets: { health: string; lastError: string }[] };
    expect(targets.activeTargets[0]).toMatchObject({ health: 'up', lastError: '' });
  } finally {
    prometheus.kill();
    await once(prometheus, 'exit');
  }
});

async function startPrometheus(port: number): Promise<ChildProcess> {
  const config = join(folder, 'prometheus.yml');
  const scrape = `{ job_name: twofa, scrape_interval: 1s, static_configs: [{ targets: ['127.0.0.1:${webPort}'] }] }`;
  await writeFile(config, `scrape_configs:\n  - ${scrape}\n`);
  const options = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ];
  const child = spawn('prometheus', options, { stdio: 'ignore' });
  await once(child, 'spawn');
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
