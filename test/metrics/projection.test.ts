import { expect, test } from 'vitest';
import { CODE_RESULTS, OUTCOMES, SKIPS } from '../../src/domain/outcome.ts';
import { aCode, anAttempt, anInventory, aPlan, aProbe, NOON } from '../support/builders.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';
import { createStand } from './stand.ts';

const SMS = { probe: 'acme-sms', target: 'acme' };

test('a finished attempt is counted by its outcome and its owner', async () => {
  const { metrics, read } = createStand();
  metrics.observe({
    kind: 'attempt_finished',
    attempt: anAttempt(aPlan('a1'), { outcome: 'login_refused', code: null }),
  });
  const families = await read();
  const labels = { ...SMS, factor: 'sms', location: 'fra' };
  expect(
    valueOf(families, 'twofa_attempts_total', { ...labels, outcome: 'login_refused', fault: 'target' }),
  ).toBe(1);
  expect(valueOf(families, 'twofa_attempts_total', { ...labels, outcome: 'ok' })).toBe(0);
});

test('every counter of what is configured starts at 0', async () => {
  const families = await createStand().read();
  const totp = samplesOf(families, 'twofa_attempts_total').filter(
    (sample) => sample.labels['probe'] === 'acme-totp',
  );
  expect(new Set(totp.map((sample) => sample.labels['outcome']))).toEqual(new Set(OUTCOMES));
  expect(samplesOf(families, 'twofa_skips_total')).toHaveLength(2 * SKIPS.length);
  expect(samplesOf(families, 'twofa_codes_total')).toHaveLength(2 * CODE_RESULTS.length);
  expect(
    valueOf(families, 'twofa_codes_requested_total', { ...SMS, phone: 'us-b', route: 'US-carrier-b' }),
  ).toBe(0);
  expect(valueOf(families, 'twofa_code_delivery_seconds_count', { ...SMS, route: 'US-carrier-a' })).toBe(0);
  expect(valueOf(families, 'twofa_inbox_messages_total', { inbox: 'sim-rack', disposition: 'late' })).toBe(0);
  expect(valueOf(families, 'twofa_logout_failures_total', { probe: 'acme-sms' })).toBe(0);
  expect(valueOf(families, 'twofa_codes_arrived_after_expiry_total', { route: 'US-carrier-a' })).toBe(0);
});

test('codes are counted for probes whose codes are delivered, and for no others', async () => {
  const families = await createStand().read();
  const probes = samplesOf(families, 'twofa_codes_requested_total').map((sample) => sample.labels['probe']);
  expect(new Set(probes)).toEqual(new Set(['acme-sms']));
});

test('a code is requested at t0, and has its result when the attempt is over', async () => {
  const { metrics, read } = createStand();
  const plan = aPlan('a1');
  metrics.observe({ kind: 'attempt_started', plan });
  metrics.observe({ kind: 'code_requested', plan, at: NOON });
  const waiting = await read();
  expect(valueOf(waiting, 'twofa_codes_requested_total', { phone: 'us-a' })).toBe(1);
  expect(valueOf(waiting, 'twofa_codes_total', { phone: 'us-a', result: 'on_time' })).toBe(0);
  expect(valueOf(waiting, 'twofa_attempts_in_flight', { probe: 'acme-sms' })).toBe(1);

  metrics.observe({ kind: 'attempt_finished', attempt: anAttempt(plan) });
  const settled = await read();
  expect(valueOf(settled, 'twofa_codes_requested_total', { phone: 'us-a' })).toBe(1);
  expect(valueOf(settled, 'twofa_codes_total', { phone: 'us-a', result: 'on_time' })).toBe(1);
  expect(valueOf(settled, 'twofa_attempts_in_flight', { probe: 'acme-sms' })).toBe(0);
});

test('an attempt of an earlier process counts its code as requested together with the result', async () => {
  const { metrics, read } = createStand();
  const attempt = anAttempt(aPlan('old'), { outcome: 'aborted', code: aCode('unmeasured', null) });
  metrics.observe({ kind: 'attempt_finished', attempt });
  const families = await read();
  expect(valueOf(families, 'twofa_codes_requested_total', { phone: 'us-a' })).toBe(1);
  expect(valueOf(families, 'twofa_codes_total', { phone: 'us-a', result: 'unmeasured' })).toBe(1);
});

test('a requested code that its attempt does not account for is unmeasured', async () => {
  const { metrics, read } = createStand();
  const plan = aPlan('a1');
  metrics.observe({ kind: 'code_requested', plan, at: NOON });
  metrics.observe({
    kind: 'attempt_finished',
    attempt: anAttempt(plan, { outcome: 'flow_error', code: null }),
  });
  expect(valueOf(await read(), 'twofa_codes_total', { phone: 'us-a', result: 'unmeasured' })).toBe(1);
});

test.each([
  ['on_time', 4000, { '2.0': 0, '4.0': 1, '+Inf': 1 }],
  ['late', 84_000, { '60.0': 0, '120.0': 1, '+Inf': 1 }],
  ['unreadable', 7000, { '4.0': 0, '8.0': 1, '+Inf': 1 }],
  ['lost', null, { '1800.0': 0, '+Inf': 1 }],
  ['unmeasured', null, { '1800.0': 0, '+Inf': 0 }],
  ['redacted', null, { '1800.0': 0, '+Inf': 0 }],
] as const)(
  'a code that is %s after %s ms stands in the delivery histogram where it belongs',
  async (result, ms, at) => {
    const { metrics, read } = createStand();
    metrics.observe({
      kind: 'attempt_finished',
      attempt: anAttempt(aPlan('a1'), { code: aCode(result, ms) }),
    });
    const families = await read();
    const bucket = (le: string) =>
      valueOf(families, 'twofa_code_delivery_seconds_bucket', { ...SMS, route: 'US-carrier-a', le });
    expect(Object.fromEntries(Object.keys(at).map((le) => [le, bucket(le)]))).toEqual(at);
  },
);

test('a code is overdue from its deadline until its attempt is over', async () => {
  const { metrics, read } = createStand();
  const plan = aPlan('a1');
  metrics.observe({ kind: 'code_overdue', plan, at: NOON + 60_000 });
  const overdue = await read();
  expect(valueOf(overdue, 'twofa_codes_overdue', { probe: 'acme-sms', phone: 'us-a' })).toBe(1);
  expect(valueOf(overdue, 'twofa_codes_overdue', { probe: 'acme-sms', phone: 'us-b' })).toBe(0);
  metrics.observe({
    kind: 'attempt_finished',
    attempt: anAttempt(plan, { outcome: 'lost', code: aCode('lost', null) }),
  });
  expect(valueOf(await read(), 'twofa_codes_overdue', { phone: 'us-a' })).toBe(0);
});

test('stages are timed from their first use on', async () => {
  const { metrics, read } = createStand();
  expect(samplesOf(await read(), 'twofa_stage_duration_seconds_count')).toEqual([]);
  metrics.observe({ kind: 'attempt_finished', attempt: anAttempt(aPlan('a1')) });
  const families = await read();
  expect(valueOf(families, 'twofa_stage_duration_seconds_sum', { stage: 'delivery' })).toBe(4);
  expect(valueOf(families, 'twofa_stage_duration_seconds_bucket', { stage: 'login', le: '0.3' })).toBe(1);
  expect(
    samplesOf(families, 'twofa_stage_duration_seconds_bucket').filter((s) => s.labels['stage'] === 'login'),
  ).toHaveLength(9);
});

test('skips, messages, failed log-outs and the lag of the schedule are counted', async () => {
  const { metrics, read } = createStand();
  metrics.observe({
    kind: 'tick_skipped',
    probe: 'acme-sms',
    target: 'acme',
    reason: 'quarantine',
    detail: '',
    tickAt: NOON,
  });
  metrics.observe({ kind: 'tick_taken', probe: 'acme-sms', lagMs: 250 });
  metrics.observe({ kind: 'attempt_finished', attempt: anAttempt(aPlan('a1'), { logout: 'failed' }) });
  metrics.observe({
    kind: 'message_settled',
    inbox: 'sim-rack',
    phone: 'us-a',
    from: 'ACME',
    disposition: 'late',
    at: NOON,
    afterExpiry: { probe: 'acme-sms', target: 'acme', route: 'US-carrier-a' },
  });
  const families = await read();
  expect(valueOf(families, 'twofa_skips_total', { probe: 'acme-sms', reason: 'quarantine' })).toBe(1);
  expect(valueOf(families, 'twofa_schedule_lag_seconds')).toBe(0.25);
  expect(valueOf(families, 'twofa_logout_failures_total', { probe: 'acme-sms' })).toBe(1);
  expect(valueOf(families, 'twofa_inbox_messages_total', { inbox: 'sim-rack', disposition: 'late' })).toBe(1);
  expect(valueOf(families, 'twofa_codes_arrived_after_expiry_total', { route: 'US-carrier-a' })).toBe(1);
});

test('whatever an event says, no label value comes from outside the configuration', async () => {
  const { metrics, read } = createStand();
  const series = async () =>
    [...(await read()).values()]
      .flatMap((family) => family.samples)
      .filter((s) => s.name.startsWith('twofa_'));
  const before = await series();
  const strange = aPlan('a1', { probe: 'nobody' });
  metrics.observe({ kind: 'attempt_started', plan: strange });
  metrics.observe({ kind: 'code_requested', plan: strange, at: NOON });
  metrics.observe({ kind: 'attempt_finished', attempt: anAttempt(strange) });
  metrics.observe({ kind: 'code_requested', plan: aPlan('a2', { phone: '+15005550111' }), at: NOON });
  metrics.observe({ kind: 'code_requested', plan: aPlan('a3', { route: 'elsewhere' }), at: NOON });
  metrics.observe({
    kind: 'tick_skipped',
    probe: 'nobody',
    target: 'x',
    reason: 'budget',
    detail: '',
    tickAt: NOON,
  });
  metrics.observe({ kind: 'inbox_changed', inbox: 'nowhere', up: true, reason: '' });
  metrics.observe({ kind: 'inbox_failed', inbox: 'nowhere', error: 'signature' });
  metrics.observe({
    kind: 'message_settled',
    inbox: 'nowhere',
    phone: null,
    from: '',
    disposition: 'stale',
    at: NOON,
    afterExpiry: { probe: 'nobody', target: 'acme', route: 'US-carrier-a' },
  });
  expect(await series()).toEqual(before);
});

test("a control's attempts stand under the target control, apart from every target", async () => {
  const inventory = anInventory({ probes: [aProbe('receive-path', { target: 'control', flow: 'control' })] });
  const { metrics, read } = createStand({ inventory });
  const plan = aPlan('c1', { probe: 'receive-path', target: 'control' });
  metrics.observe({ kind: 'attempt_finished', attempt: anAttempt(plan) });
  const families = await read();
  expect(
    valueOf(families, 'twofa_codes_total', { target: 'control', phone: 'us-a', result: 'on_time' }),
  ).toBe(1);
  expect(samplesOf(families, 'twofa_codes_total').some((sample) => sample.labels['target'] === 'acme')).toBe(
    false,
  );
});

test('an attempt that was ended without us is forgotten: no outcome, and its code was not measured here', async () => {
  const { metrics, read } = createStand();
  const plan = aPlan('a1');
  metrics.observe({ kind: 'attempt_started', plan });
  metrics.observe({ kind: 'code_requested', plan, at: NOON });
  metrics.observe({ kind: 'code_overdue', plan, at: NOON + 60_000 });
  metrics.observe({ kind: 'attempt_dropped', attempt: plan, reason: 'its lease was lost' });
  const families = await read();
  expect(valueOf(families, 'twofa_attempts_in_flight', { probe: 'acme-sms' })).toBe(0);
  expect(valueOf(families, 'twofa_codes_overdue', { phone: 'us-a' })).toBe(0);
  expect(valueOf(families, 'twofa_codes_total', { phone: 'us-a', result: 'unmeasured' })).toBe(1);
  const counted = samplesOf(families, 'twofa_attempts_total').filter((sample) => sample.value > 0);
  expect(counted).toEqual([]);
});
