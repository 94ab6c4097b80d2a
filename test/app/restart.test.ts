import { expect, test } from 'vitest';
import { attemptOf, createAppWorld } from '../support/app-world.ts';
import { valueOf } from '../support/exposition.ts';
import { CODE_COST } from '../support/sim-config.ts';

test.concurrent('a stop ends what is in flight as aborted, logs out, and is remembered', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, held: true });
  const ended = [world.tick('acme-sms'), world.tick('acme-sms')];
  await world.onTheWay(2);
  await world.stop();
  for (const one of ended) {
    expect(attemptOf(await one)).toMatchObject({
      outcome: 'aborted',
      fault: 'monitor',
      logout: 'ok',
      code: { result: 'unmeasured', overdue: false },
    });
  }
  const signedOut = world.sim.truth.logins().filter(({ result }) => result === 'signed_out');
  expect(signedOut.map(({ account }) => account).toSorted()).toEqual(['sms-1', 'sms-2']);

  await world.restart();
  const stored = await world.app.operations.attempts({ limit: 10 });
  expect(stored.map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted']);
  const { usage, probes } = await world.app.operations.snapshot();
  expect(usage.spent).toBe(2 * CODE_COST);
  expect(usage.starts['acme']).toEqual({ hour: 2, day: 2 });
  expect(Object.keys(usage.quarantines).toSorted()).toEqual(['us-a', 'us-b']);
  expect(probes.find(({ name }) => name === 'acme-sms')?.last?.outcome).toBe('aborted');
  // Counters begin anew with a process; what is known of the past is there.
  const families = await world.metrics();
  expect(valueOf(families, 'twofa_attempts_total', { probe: 'acme-sms', outcome: 'aborted' })).toBe(0);
  expect(valueOf(families, 'twofa_last_attempt_timestamp_seconds', { probe: 'acme-sms' })).not.toBeNull();
});

test.concurrent('codes that come after the restart are the old attempts, late; the next attempt takes another phone', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, held: true });
  const first = world.tick('acme-sms');
  await world.onTheWay(1);
  await world.stop();
  expect(attemptOf(await first).phone).toBe('us-a');
  await world.restart();
  const second = world.tick('acme-sms');
  await world.onTheWay(2);
  world.deliver();
  expect(attemptOf(await second)).toMatchObject({ outcome: 'ok', phone: 'us-b' });
  const late = await world.happens((event) =>
    event.kind === 'message_settled' && event.disposition === 'late' ? event : null,
  );
  expect(late.phone).toBe('us-a');
  expect(world.sim.truth.verifies().every(({ attempt, send }) => attempt === send?.attempt)).toBe(true);
});

test.concurrent('limits and the cap hold over a restart', async ({ onTestFinished }) => {
  const world = await createAppWorld({
    onTestFinished,
    change: (config) => {
      Object.assign(config.targets['acme']?.limits ?? {}, { perHour: 2 });
      config.spend['perMonth'] = (2 * CODE_COST + 1) / 1e6;
      for (const probe of Object.values(config.probes)) probe['schedule'] = '0 0 1 1 *';
      Object.assign(config.probes['acme-totp'] ?? {}, { schedule: '1 0 1 1 *' });
    },
  });
  await world.tick('acme-sms');
  await world.stop();
  await world.restart();
  expect(attemptOf(await world.tick('acme-sms')).outcome).toBe('ok');
  expect((await world.tick('acme-totp')).skip).toBe('budget');
  await world.stop();
  await world.rewrite((config) => {
    Object.assign(config.targets['acme']?.limits ?? {}, { perHour: 20 });
  });
  await world.restart();
  expect((await world.tick('acme-sms')).skip).toBe('spend_cap');
  expect(attemptOf(await world.tick('acme-totp')).outcome).toBe('ok');
});
