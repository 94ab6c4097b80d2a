import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ALERTS } from '../grafana/alert-files.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** An alert as Alertmanager hands it to a webhook. */
const Notified = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  fingerprint: z.string(),
});
export type NotifiedAlert = z.output<typeof Notified>;

export interface AlertStack {
  /** All that came, in order. */
  readonly received: readonly NotifiedAlert[];
  /** Resolves with the first alert, past or future, that is wanted. */
  arrives(wanted: (alert: NotifiedAlert) => boolean): Promise<NotifiedAlert>;
  /** The values of an instant query. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: string }[]>;
}

const bounded = () => AbortSignal.timeout(30_000);

/**
 * A real Prometheus with the shipped rules, a real Alertmanager with the shipped inhibitions, and a webhook that is told.
 * The watched daemon's time runs `speed` times faster, so every duration of the rules is divided by it: ranges, `for`,
 * `keep_firing_for` and the groups' intervals. Nothing else of the rules is touched.
 */
export async function startAlertStack(metrics: string, speed: number): Promise<AlertStack> {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-alert-stack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const receiver = await startReceiver();
  const alertmanager = await startAlertmanager(folder, receiver.url);
  const prometheus = await startPrometheus(folder, { metrics, alertmanager, speed });
  const query: AlertStack['query'] = async (expression) => {
    const url = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const answer = Answer.parse(await (await fetch(url, { signal: bounded() })).json());
    return answer.data.result.map(({ metric, value }) => ({ metric, value: value[1] }));
  };
  await until(async () => ((await query('twofa_build_info')).length > 0 ? true : null), bounded());
  // Five minutes without the daemon are seconds here: before the first scrape the rules would say that it is down.
  await prometheus.loadRules();
  return { received: receiver.received, arrives: receiver.arrives, query };
}

const Answer = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

async function startReceiver() {
  const received: NotifiedAlert[] = [];
  const watchers = new Set<() => void>();
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: unknown = JSON.parse(await text(request));
    received.push(...z.object({ alerts: z.array(Notified) }).parse(body).alerts);
    response.end();
    for (const watch of watchers) watch();
  };
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  const arrives: AlertStack['arrives'] = (wanted) =>
    new Promise((resolve) => {
      const watch = () => {
        const found = received.find(wanted);
        if (!found) return;
        watchers.delete(watch);
        resolve(found);
      };
      watchers.add(watch);
      watch();
    });
  return { url: `http://127.0.0.1:${address.port}/`, received, arrives };
}

async function startAlertmanager(folder: string, webhook: string): Promise<string> {
  const example = parse(await readFile(`${ALERTS}alertmanager.example.yml`, 'utf8')) as Record<
    string,
    unknown
  >;
  const file = join(folder, 'alertmanager.yml');
  const config = {
    route: { receiver: 'hook', group_wait: '0s', group_interval: '1s', group_by: ['alertname', 'target'] },
    receivers: [{ name: 'hook', webhook_configs: [{ url: webhook, send_resolved: true }] }],
    inhibit_rules: example['inhibit_rules'],
  };
  await writeFile(file, JSON.stringify(config));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await run('prometheus-alertmanager', [
    `--config.file=${file}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  await until(async () => ((await fetch(`${url}/-/ready`)).ok ? true : null), bounded());
  return url;
}

interface Scraped {
  readonly metrics: string;
  readonly alertmanager: string;
  readonly speed: number;
}

async function startPrometheus(folder: string, { metrics, alertmanager, speed }: Scraped) {
  const rules = join(folder, 'rules');
  await mkdir(rules);
  const file = join(folder, 'prometheus.yml');
  const targets = (url: string) => [{ targets: [new URL(url).host] }];
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [`${rules}/*.yml`],
    alerting: { alertmanagers: [{ static_configs: targets(alertmanager) }] },
    scrape_configs: [{ job_name: 'twofa-prober', static_configs: targets(metrics) }],
  };
  await writeFile(file, JSON.stringify(config));
  const port = await freePort();
  await run('prometheus', [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--rules.alert.resend-delay=1s',
    '--web.enable-lifecycle',
  ]);
  const url = `http://127.0.0.1:${port}`;
  const loadRules = async (): Promise<void> => {
    for (const name of await readdir(`${ALERTS}rules`)) {
      const shipped = await readFile(`${ALERTS}rules/${name}`, 'utf8');
      await writeFile(join(rules, name), shorten(shipped, speed));
    }
    const answer = await fetch(`${url}/-/reload`, { method: 'POST', signal: bounded() });
    if (!answer.ok) throw new Error(`Prometheus did not load the rules: ${await answer.text()}`);
  };
  return { url, loadRules };
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Divides every duration of a rule file. */
export function shorten(rules: string, speed: number): string {
  const divided = (count: string, unit: string): string =>
    `${Math.ceil((Number(count) * (SECONDS[unit] ?? 0) * 1000) / speed)}ms`;
  return rules
    .replaceAll(/\[(\d+)([smhd])\]/g, (_all, count: string, unit: string) => `[${divided(count, unit)}]`)
    .replaceAll(
      /^(\s*(?:for|keep_firing_for|interval): )(\d+)([smhd])$/gm,
      (_all, key: string, count: string, unit: string) => `${key}${divided(count, unit)}`,
    );
}

async function run(program: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(async () => {
    child.kill();
    await once(child, 'exit');
  });
  return child;
}
