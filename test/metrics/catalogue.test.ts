import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { metricsDocument, METRICS_DOC } from '../../scripts/metrics-doc.ts';
import { CATALOGUE, LOST_SECONDS } from '../../src/metrics/catalogue.ts';
import { createStand } from './stand.ts';

const entries = Object.values(CATALOGUE);

test('docs/metrics.md is what the catalogue says: run scripts/metrics-doc.ts', async () => {
  expect(await readFile(METRICS_DOC, 'utf8')).toBe(metricsDocument());
});

test('every metric of the catalogue is exposed once, as what the catalogue says', async () => {
  const families = await createStand().read();
  const exposed = [...families.values()].filter(({ name }) => name.startsWith('twofa_'));
  const expected = entries.map(({ name, type, help }) => ({ name: name.replace(/_total$/, ''), type, help }));
  expect(exposed.map(({ name, type, help }) => ({ name, type, help }))).toEqual(expected);
});

test('names, labels and buckets follow the rules of the house', () => {
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  const misnamed = entries.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'));
  const unexplained = entries.filter(({ help }) => !help.endsWith('.'));
  const unordered = entries.filter(({ buckets }) =>
    buckets.some((bound, index) => bound <= (buckets[index - 1] ?? 0)),
  );
  expect({ misnamed, unexplained, unordered }).toEqual({ misnamed: [], unexplained: [], unordered: [] });
});

test('lost codes stand above every bucket, so that no quantile flatters', () => {
  expect(LOST_SECONDS).toBeGreaterThan(Math.max(...CATALOGUE.codeDelivery.buckets));
  expect(CATALOGUE.codeDelivery.help).toContain('never use _sum');
});
