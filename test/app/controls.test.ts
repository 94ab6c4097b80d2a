// Loaded here: its first use takes longer than the faster clock of these tests allows a send to take.
import 'twilio';
import { expect, test } from 'vitest';
import { attemptOf, createAppWorld } from '../support/app-world.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';
import type { ConfigData } from '../support/sim-config.ts';

const withControl = (config: ConfigData): void => {
  config.controls['receive-path'] = {
    sender: 'own',
    phones: ['us-a', 'us-c'],
    schedule: '2 * * * *',
    deadline: '4s',
    expiry: '10s',
  };
};

test.concurrent('a control sends our own SMS to our own phone, and has series of its own', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, change: withControl });
  const attempt = attemptOf(await world.tick('receive-path'));
  expect(attempt).toMatchObject({ outcome: 'ok', target: 'control', phone: 'us-a', factor: 'sms' });
  const families = await world.metrics();
  const labels = { probe: 'receive-path', target: 'control' };
  expect(valueOf(families, 'twofa_attempts_total', { ...labels, outcome: 'ok' })).toBe(1);
  expect(valueOf(families, 'twofa_codes_total', { ...labels, phone: 'us-a', result: 'on_time' })).toBe(1);
  expect(valueOf(families, 'twofa_code_delivery_seconds_count', { ...labels, route: 'us-carrier-a' })).toBe(
    1,
  );
  const others = samplesOf(families, 'twofa_codes_total').filter(
    (sample) => sample.labels['target'] === 'acme',
  );
  expect(others.length).toBeGreaterThan(0);
  expect(others.every(({ value }) => value === 0)).toBe(true);
  // The sender's price and the phone's.
  expect(valueOf(families, 'twofa_spend_month')).toBeCloseTo(0.0183, 6);
});

test.concurrent('while the site sends nothing, the control says that the receive path is fine', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, change: withControl });
  world.sim.scenarios.set('sms-sender-off');
  const control = attemptOf(await world.tick('receive-path'));
  const probe = attemptOf(await world.tick('acme-sms'));
  expect([control.outcome, probe.outcome]).toEqual(['ok', 'lost']);
});

test.concurrent('a dead number costs the control its message, as it would the target', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, change: withControl });
  world.sim.scenarios.set('number-dead us-a');
  expect(attemptOf(await world.tick('receive-path'))).toMatchObject({ outcome: 'lost', fault: 'delivery' });
});

test.concurrent('an API of the carrier that asks us to send less blocks the control, and is no outage', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, change: withControl });
  world.sim.scenarios.set('rate-limit carrier');
  expect(attemptOf(await world.tick('receive-path'))).toMatchObject({
    outcome: 'rate_limited',
    fault: 'blocked',
    code: { result: 'unmeasured' },
  });
  expect((await world.tick('receive-path')).skip).toBe('breaker');
  expect(attemptOf(await world.tick('acme-sms')).outcome).toBe('ok');
});
