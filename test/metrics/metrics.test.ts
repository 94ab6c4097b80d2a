import { expect, test } from 'vitest';
import type { Inventory } from '../../src/domain/inventory.ts';
import type { Gauges } from '../../src/metrics/gauges.ts';
import { settle } from '../support/fake-clock.ts';
import { aCode, anAttempt, anInventory, aPhone, aPlan, aProbe, NOON } from '../support/builders.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';
import { createStand, OPEN_METRICS, someGauges } from './stand.ts';

const finish = (id: string, change = {}) =>
  ({ kind: 'attempt_finished', attempt: anAttempt(aPlan(id, change)) }) as const;

test("a reload takes away a removed probe's series, and keeps the counts of those that stay", async () => {
  const { metrics, read } = createStand();
  metrics.observe(finish('a1'));
  metrics.observe(finish('a2', { probe: 'acme-totp', factor: 'totp', phone: null, route: null }));
  metrics.configure(anInventory({ probes: [aProbe('acme-sms')] }));
  const families = await read();
  const probes = [...families.values()].flatMap((family) =>
    family.samples.flatMap((sample) => sample.labels['probe'] ?? []),
  );
  expect(new Set(probes)).toEqual(new Set(['acme-sms']));
  expect(valueOf(families, 'twofa_attempts_total', { probe: 'acme-sms', outcome: 'ok' })).toBe(1);
  expect(valueOf(families, 'twofa_last_success_timestamp_seconds', { probe: 'acme-sms' })).toBe(
    (NOON + 5000) / 1000,
  );
});

test("a reload takes away a removed phone's series and a moved phone's old route", async () => {
  const { metrics, read } = createStand();
  metrics.observe(finish('a1'));
  metrics.observe(finish('a2', { phone: 'us-b', route: 'US-carrier-b' }));
  const moved = aPhone('us-a', { route: 'US-carrier-z' });
  metrics.configure(anInventory({ phones: [moved], probes: [aProbe('acme-sms', { phones: ['us-a'] })] }));
  const families = await read();
  const requested = samplesOf(families, 'twofa_codes_requested_total');
  expect(requested.map(({ labels, value }) => [labels['phone'], labels['route'], value])).toEqual([
    ['us-a', 'US-carrier-z', 0],
  ]);
  expect(samplesOf(families, 'twofa_phone_info').map((sample) => sample.labels['phone'])).toEqual(['us-a']);
});

test('an attempt that outlives its probe leaves nothing behind when the probe comes back', async () => {
  const { metrics, read } = createStand();
  const plan = aPlan('a1');
  metrics.observe({ kind: 'attempt_started', plan });
  metrics.observe({ kind: 'code_requested', plan, at: NOON });
  metrics.configure(anInventory({ probes: [] }));
  metrics.observe({ kind: 'attempt_finished', attempt: anAttempt(plan) });
  metrics.configure(anInventory());
  const families = await read();
  expect(valueOf(families, 'twofa_codes_requested_total', { phone: 'us-a' })).toBe(0);
  expect(valueOf(families, 'twofa_attempts_in_flight', { probe: 'acme-sms' })).toBe(0);
});

test('what was never measured is absent, not 0', async () => {
  const { read } = createStand({
    gauges: () => Promise.resolve(someGauges({ clockOffsetMs: null, clockErrorMs: null })),
  });
  const families = await read();
  const absent = [
    'last_attempt_timestamp',
    'last_success_timestamp',
    'last_delivery',
    'schedule_lag',
    'clock_offset',
    'clock_offset_error',
  ];
  expect(absent.flatMap((name) => samplesOf(families, `twofa_${name}_seconds`))).toEqual([]);
});

/** An attempt some minutes before noon, with a delivery time that tells which. */
const ended = (id: string, minutes: number, change = {}) => {
  const plan = aPlan(id, { startedAt: NOON - minutes * 60_000 });
  const requestedAt = plan.startedAt + 300;
  return anAttempt(plan, { code: aCode('on_time', minutes * 100, { requestedAt }), ...change });
};

test('timestamps and last values come back from stored attempts, whatever their order', async () => {
  const { metrics, read } = createStand();
  metrics.restore([
    ended('new', 1, { outcome: 'lost', code: aCode('lost', null) }),
    ended('old', 30),
    ended('middle', 10, { outcome: 'late' }),
    anAttempt(aPlan('other', { probe: 'removed' })),
  ]);
  const families = await read();
  const label = { probe: 'acme-sms' };
  expect(valueOf(families, 'twofa_last_attempt_timestamp_seconds', label)).toBe(
    (NOON - 60_000 + 5000) / 1000,
  );
  expect(valueOf(families, 'twofa_last_success_timestamp_seconds', label)).toBe(
    (NOON - 600_000 + 5000) / 1000,
  );
  expect(valueOf(families, 'twofa_last_delivery_seconds', { ...label, phone: 'us-a' })).toBe(1);
  expect(samplesOf(families, 'twofa_last_attempt_timestamp_seconds')).toHaveLength(1);
  expect(valueOf(families, 'twofa_attempts_total', { ...label, outcome: 'ok' })).toBe(0);
});

test('what is configured is described', async () => {
  const families = await createStand().read();
  expect(valueOf(families, 'twofa_probe_interval_seconds', { probe: 'acme-sms' })).toBe(300);
  expect(valueOf(families, 'twofa_probe_deadline_seconds', { probe: 'acme-sms' })).toBe(60);
  expect(samplesOf(families, 'twofa_probe_info')[0]?.labels).toEqual({
    probe: 'acme-sms',
    target: 'acme',
    factor: 'sms',
    flow: 'http',
  });
  expect(samplesOf(families, 'twofa_phone_info')[1]?.labels).toEqual({
    phone: 'us-b',
    route: 'US-carrier-b',
    country: 'US',
    carrier: 'carrier-b',
    line: 'virtual',
    inbox: 'twilio-main',
  });
  expect(valueOf(families, 'twofa_inbox_resolution_seconds', { inbox: 'twilio-main' })).toBe(30);
  expect(valueOf(families, 'twofa_spend_cap', { currency: 'USD' })).toBe(120);
  expect(samplesOf(families, 'twofa_build_info')[0]?.labels).toEqual({
    version: '0.1.0',
    node_version: '24.0.0',
    location: 'fra',
  });
});

test('a scrape asks for budgets, spend, leases, breakers, states and stocks', async () => {
  const gauges = someGauges({ breakers: { acme: NOON + 1000 } });
  const families = await createStand({ gauges: () => Promise.resolve(gauges) }).read();
  expect(valueOf(families, 'twofa_budget_remaining', { target: 'acme', window: 'hour' })).toBe(47);
  expect(valueOf(families, 'twofa_budget_remaining', { target: 'acme', window: 'day' })).toBe(660);
  expect(valueOf(families, 'twofa_spend_month', { currency: 'USD' })).toBe(31.204);
  expect(valueOf(families, 'twofa_leases_held', { kind: 'account' })).toBe(2);
  expect(valueOf(families, 'twofa_leases_held', { kind: 'phone' })).toBe(1);
  expect(valueOf(families, 'twofa_breaker_open', { target: 'acme' })).toBe(1);
  expect(valueOf(families, 'twofa_probe_state', { probe: 'acme-totp', state: 'maintenance' })).toBe(1);
  expect(valueOf(families, 'twofa_probe_state', { probe: 'acme-totp', state: 'active' })).toBe(0);
  expect(valueOf(families, 'twofa_inbox_up', { inbox: 'twilio-main' })).toBe(0);
  expect(valueOf(families, 'twofa_backup_codes_remaining', { account: 'acme/backup-1' })).toBe(7);
  expect(valueOf(families, 'twofa_clock_offset_seconds')).toBe(-0.012);
  expect(valueOf(families, 'twofa_clock_offset_error_seconds')).toBe(0.003);
  expect(valueOf(families, 'twofa_store_up')).toBe(1);
});

test('a breaker whose time is over is closed, and a budget is never negative', async () => {
  const usage = { ...someGauges().usage, starts: { acme: { hour: 99, day: 0 } } } as NonNullable<
    Gauges['usage']
  >;
  const gauges = someGauges({ breakers: { acme: NOON - 1 }, usage });
  const families = await createStand({ gauges: () => Promise.resolve(gauges) }).read();
  expect(valueOf(families, 'twofa_breaker_open', { target: 'acme' })).toBe(0);
  expect(valueOf(families, 'twofa_budget_remaining', { target: 'acme', window: 'hour' })).toBe(0);
});

test('when the state cannot be asked for, its series are absent and the rest is served', async () => {
  let isUp = true;
  const gauges = () => (isUp ? Promise.resolve(someGauges()) : Promise.reject(new Error('locked by pid 7')));
  const { metrics, read, logged } = createStand({ gauges });
  expect(valueOf(await read(), 'twofa_spend_month')).toBe(31.204);
  isUp = false;
  metrics.observe({ kind: 'store_changed', up: false, reason: 'locked' });
  const families = await read();
  expect(samplesOf(families, 'twofa_spend_month')).toEqual([]);
  expect(samplesOf(families, 'twofa_probe_state')).toEqual([]);
  expect(valueOf(families, 'twofa_store_up')).toBe(0);
  expect(valueOf(families, 'twofa_attempts_total', { probe: 'acme-sms', outcome: 'ok' })).toBe(0);
  expect(logged).toEqual(['gauges_unavailable']);
});

test('a store that never answers does not hold the scrape', async () => {
  const { metrics, clock } = createStand({ gauges: () => new Promise(() => {}) });
  const scrape = metrics.scrape(OPEN_METRICS);
  await settle();
  await clock.advance(2000);
  expect((await scrape).body).toContain('twofa_attempts_total');
});

test('a fast answer leaves no timer behind', async () => {
  const { read, clock } = createStand();
  await read();
  await settle();
  expect(clock.waiting).toBe(0);
});

test('a bad reload is told, and the time of the good one stays', async () => {
  const { metrics, clock, read } = createStand();
  await clock.advance(60_000);
  metrics.observe({ kind: 'config_reloaded', ok: false, reason: 'line 3', at: clock.now() });
  const families = await read();
  expect(valueOf(families, 'twofa_config_last_reload_successful')).toBe(0);
  expect(valueOf(families, 'twofa_config_last_reload_success_timestamp_seconds')).toBe(NOON / 1000);
  const next: Inventory = anInventory();
  metrics.configure(next);
  expect(valueOf(await read(), 'twofa_config_last_reload_successful')).toBe(1);
});

test('before a configuration is in use, a scrape shows the process alone', async () => {
  const families = await createStand({ inventory: null }).read();
  const ours = [...families.values()].filter((family) => family.name.startsWith('twofa_'));
  expect(ours.flatMap((family) => family.samples)).toEqual([]);
  expect(valueOf(families, 'process_start_time_seconds')).toBeGreaterThan(0);
});
