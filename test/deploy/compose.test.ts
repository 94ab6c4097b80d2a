import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseDockerfile } from '../support/dockerfile.ts';
import { configWith, readText, readYaml, ROOT, secretsOf, variablesOfConfig } from './deploy-files.ts';

const FOLDER = join(ROOT, 'docs/deploy');

const Texts = z.record(z.string(), z.string());
/** What ours uses of the Compose Specification: a key that it does not know, or knows otherwise, is refused. */
const Service = z.strictObject({
  image: z.string().regex(/^[\w./-]+(:v?[\d.]+)?$/),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  hostname: z.string().optional(),
  environment: Texts.optional(),
  volumes: z.array(z.string().regex(/^[\w./-]+:\/[\w./-]+(:ro)?$/)).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  secrets: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), start_period: z.string() })
    .optional(),
  restart: z.literal('unless-stopped'),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
});
const Compose = z.strictObject({
  name: z.string(),
  'x-environment': Texts,
  'x-prober': z.unknown(),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ environment: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

const compose = Compose.parse(readYaml('docs/deploy/compose.yml')[0]);
const services = Object.entries(compose.services);
const probers = services.filter(([, { build }]) => build !== undefined);

test('every file and folder that is mounted or built exists, and every volume is declared', () => {
  const sources = services.flatMap(([, { build, volumes = [] }]) => [
    ...(build === undefined ? [] : [build]),
    ...volumes.map((volume) => volume.split(':')[0] ?? ''),
  ]);
  const paths = sources.filter((source) => source.startsWith('.'));
  expect(paths.filter((path) => !existsSync(resolve(FOLDER, path)))).toEqual([]);
  const named = sources.filter((source) => !source.startsWith('.'));
  expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
});

test('every variable is in the example of secrets, and the other way round', () => {
  const asked = [...readText('docs/deploy/compose.yml').matchAll(/\$\{(\w+):\?set it in \.env\}/g)];
  const example = [...readText('docs/deploy/secrets.example.env').matchAll(/^(\w+)=(.*)$/gm)];
  expect(new Set(example.map(([, name]) => name))).toEqual(new Set(asked.map(([, name]) => name)));
  expect(example.filter(([, , value]) => value !== '')).toEqual([]);
});

test('each node gets what its configuration asks for, and all share one store', async () => {
  const { needed } = variablesOfConfig();
  expect(probers.map(([name]) => name)).toEqual(['prober-1', 'prober-2']);
  for (const [name, { environment = {}, hostname }] of probers) {
    expect(hostname).toBe(name);
    const config = await configWith(interpolated(environment));
    expect(config.store.kind).toBe('postgres');
    expect(config.hooks).toMatchObject({ host: '0.0.0.0', port: 9824 });
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(needed));
  }
});

/** As Compose does it, with a value for each variable. */
const interpolated = (environment: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+):\?[^}]*\}/g, (_whole, asked: string) => secretsOf([asked])[asked] ?? ''),
    ]),
  );

test('ports of the nodes are those of the image, each at a port of its own, on loopback alone', () => {
  const exposed = parseDockerfile(readText('Dockerfile'))
    .at(-1)
    ?.steps.find(({ word }) => word === 'EXPOSE')?.words;
  for (const [, { ports = [] }] of probers) expect(ports.map((port) => port.split(':')[2])).toEqual(exposed);
  const published = services.flatMap(([, { ports = [] }]) => ports.map((port) => port.split(':')[1]));
  expect(new Set(published).size).toBe(published.length);
});

test('Prometheus scrapes every node by itself, with the read token, and has all rules', () => {
  const prometheus = parse(readText('docs/deploy/prometheus.yml')) as {
    rule_files: string[];
    scrape_configs: [{ authorization: object; static_configs: [{ targets: string[] }] }];
  };
  const [scrape] = prometheus.scrape_configs;
  expect(scrape.static_configs[0].targets).toEqual(probers.map(([name]) => `${name}:9823`));
  expect(scrape.authorization).toEqual({ credentials_file: '/run/secrets/read_token' });
  const { secrets, volumes, command } = compose.services['prometheus'] ?? {};
  expect([secrets, compose.secrets]).toEqual([
    ['read_token'],
    { read_token: { environment: 'TWOFA_READ_TOKEN' } },
  ]);
  expect(prometheus.rule_files).toEqual(['/etc/prometheus/rules/*.yml']);
  expect(volumes).toContain('../../grafana/alerts/rules:/etc/prometheus/rules:ro');
  expect(command).toContain('--enable-feature=exemplar-storage');
});

test('Grafana gets the dashboards where their provider looks, and the same datasource by its name here', () => {
  const mounted = compose.services['grafana']?.volumes ?? [];
  expect(mounted).toContain('../../grafana/dashboards:/var/lib/grafana/dashboards/twofa-prober:ro');
  expect(readText('grafana/provisioning/dashboards/twofa-prober.yml')).toContain(
    'path: /var/lib/grafana/dashboards/twofa-prober',
  );
  const original = readText('grafana/provisioning/datasources/prometheus.yml');
  const [ours] = readYaml('docs/deploy/grafana-datasource.yml');
  expect(ours).toEqual(parse(original.replace('http://127.0.0.1:9090', 'http://prometheus:9090')));
});

test('nodes wait for a PostgreSQL that answers, and may end their attempts in order', () => {
  for (const [, { depends_on, stop_grace_period }] of probers) {
    expect(Object.keys(depends_on ?? {})).toEqual(['postgres']);
    expect(stop_grace_period).toBe('60s');
  }
  expect(compose.services['postgres']?.healthcheck?.test).toContain('pg_isready');
});
