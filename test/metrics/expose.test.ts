import { expect, test } from 'vitest';
import { anAttempt, anInventory, aPlan, aProbe } from '../support/builders.ts';
import { readExposition, samplesOf, type Family } from '../support/exposition.ts';
import { createStand } from './stand.ts';

async function scrapeBoth() {
  const { metrics } = createStand({
    inventory: anInventory({ probes: [aProbe('acme-sms', { flow: 'a "b"\\\n' })] }),
  });
  metrics.observe({ kind: 'attempt_finished', attempt: anAttempt(aPlan('0198f2c4')) });
  const text = await metrics.scrape('text/plain;version=0.0.4');
  const open = await metrics.scrape('application/openmetrics-text;version=1.0.0');
  return {
    text: { ...text, families: readExposition(text.body, false) },
    open: { ...open, families: readExposition(open.body, true) },
  };
}

const ours = (families: ReadonlyMap<string, Family>) =>
  [...families.values()]
    .filter(({ name }) => name.startsWith('twofa_'))
    .flatMap(({ samples }) => samples.map(({ name, labels, value }) => ({ name, labels, value })));

test('both formats are well-formed and carry the same series, names and values', async () => {
  const { text, open } = await scrapeBoth();
  expect(text.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(open.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(ours(text.families)).toEqual(ours(open.families));
  expect(ours(open.families).length).toBeGreaterThan(60);
});

test('OpenMetrics names a counter without _total and tells units', async () => {
  const { text, open } = await scrapeBoth();
  expect(open.families.get('twofa_attempts')?.type).toBe('counter');
  expect(text.families.get('twofa_attempts_total')?.type).toBe('counter');
  expect(open.families.get('twofa_code_delivery_seconds')?.unit).toBe('seconds');
  expect(open.families.get('process_resident_memory_bytes')?.unit).toBe('bytes');
  expect(open.families.get('twofa_probe_info')?.unit).toBeNull();
});

test('bounds are written as floats in both, so that a bucket is one series', async () => {
  const { text, open } = await scrapeBoth();
  for (const { families } of [text, open]) {
    const bounds = samplesOf(families, 'twofa_code_delivery_seconds_bucket').map(
      (sample) => sample.labels['le'],
    );
    expect(bounds.slice(0, 12)).toEqual([
      '1.0',
      '2.0',
      '4.0',
      '8.0',
      '16.0',
      '32.0',
      '60.0',
      '120.0',
      '300.0',
      '600.0',
      '1800.0',
      '+Inf',
    ]);
    expect(samplesOf(families, 'twofa_stage_duration_seconds_bucket')[0]?.labels['le']).toBe('0.1');
  }
});

test('exemplars carry the attempt, in OpenMetrics alone', async () => {
  const { text, open } = await scrapeBoth();
  const bucket = samplesOf(open.families, 'twofa_code_delivery_seconds_bucket').find(
    (sample) => sample.labels['le'] === '4.0' && sample.labels['route'] === 'US-carrier-a',
  );
  expect(bucket?.exemplar).toMatchObject({ labels: { attempt_id: '0198f2c4' }, value: 4 });
  const counted = samplesOf(open.families, 'twofa_attempts_total').filter((sample) => sample.exemplar);
  expect(counted.map((sample) => [sample.labels['outcome'], sample.exemplar?.labels])).toEqual([
    ['ok', { attempt_id: '0198f2c4' }],
  ]);
  expect(text.body).not.toContain('0198f2c4');
});

test('label values with quotes, backslashes and line ends survive', async () => {
  const { text, open } = await scrapeBoth();
  for (const { families } of [text, open]) {
    expect(samplesOf(families, 'twofa_probe_info')[0]?.labels['flow']).toBe('a "b"\\\n');
  }
});

test('no gauge is named like a counter', async () => {
  const { text } = await scrapeBoth();
  const wrong = [...text.families.values()].filter(
    ({ name, type }) => name.endsWith('_total') !== (type === 'counter'),
  );
  expect(wrong).toEqual([]);
});

test('thousands of series are written whole', async () => {
  const probes = Array.from({ length: 150 }, (_, index) => aProbe(`probe-${index}`));
  const { metrics } = createStand({ inventory: anInventory({ probes }) });
  const { body } = await metrics.scrape('application/openmetrics-text');
  const families = readExposition(body, true);
  expect(samplesOf(families, 'twofa_codes_requested_total')).toHaveLength(300);
  expect(ours(families).length).toBeGreaterThan(10_000);
});
