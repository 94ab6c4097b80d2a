import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from 'vitest';

const GRAFANA = join(import.meta.dirname, '../../grafana');
const read = (file: string): unknown => parse(readFileSync(join(GRAFANA, 'provisioning', file), 'utf8'));

test('the datasource leads from an exemplar to the page of its attempt', () => {
  expect(read('datasources/prometheus.yml')).toMatchObject({
    apiVersion: 1,
    datasources: [
      {
        type: 'prometheus',
        jsonData: {
          timeInterval: '30s',
          // Grafana replaces $NAME by the environment; $$ stays a $.
          exemplarTraceIdDestinations: [
            {
              name: 'attempt_id',
              url: expect.stringMatching(/^http:\/\/[^/]+\/attempts\/\$\$\{__value\.raw\}$/),
            },
          ],
        },
      },
    ],
  });
});

test('dashboards are read from the folder that the README names', () => {
  const provided = read('dashboards/twofa-prober.yml');
  const path = '/var/lib/grafana/dashboards/twofa-prober';
  expect(provided).toMatchObject({ apiVersion: 1, providers: [{ type: 'file', options: { path } }] });
  expect(readFileSync(join(GRAFANA, 'README.md'), 'utf8')).toContain(path);
});

test('the scrape interval of the datasource is the one of the Prometheus example', () => {
  const example = parse(readFileSync(join(GRAFANA, 'alerts/prometheus.example.yml'), 'utf8')) as {
    global: { scrape_interval: string };
  };
  expect(read('datasources/prometheus.yml')).toMatchObject({
    datasources: [{ jsonData: { timeInterval: example.global.scrape_interval } }],
  });
});
