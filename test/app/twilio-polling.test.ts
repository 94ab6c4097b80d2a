// Loaded here: its first use takes longer than the faster clock of these tests allows a look to take.
import 'twilio';
import { expect, test } from 'vitest';
import { attemptOf, createAppWorld, type AppWorld } from '../support/app-world.ts';
import { valueOf } from '../support/exposition.ts';

/** The daemon behind a firewall: it listens for no hook at all, and its numbers push nowhere. */
async function createPollingWorld(): Promise<AppWorld> {
  const world = await createAppWorld({
    change: (config) => {
      Reflect.deleteProperty(config, 'hooks');
      delete config.inboxes['rack'];
      config.inboxes['carrier'] = { ...config.inboxes['carrier'], reconcile: '1s' };
      for (const phone of Object.values(config.phones)) phone['inbox'] = 'carrier';
    },
  });
  for (const { name } of world.sim.world.phones) {
    world.sim.connect(name, { manner: 'twilio', smsUrl: null });
  }
  return world;
}

test('without a public address codes are found by asking, measured with their uncertainty, and sign in', async () => {
  const world = await createPollingWorld();
  const attempt = attemptOf(await world.tick('acme-sms'));
  expect(attempt).toMatchObject({
    outcome: 'ok',
    code: { result: 'on_time' },
    messages: [{ disposition: 'matched', times: [{ clock: 'provider', resolutionMs: 1000 }] }],
  });
  const [send] = world.sim.truth.sends();
  const [delivery] = send?.message?.deliveries ?? [];
  const { deliveryMs, uncertaintyMs } = attempt.code ?? { deliveryMs: null, uncertaintyMs: 0 };
  const truly = (delivery?.arrivedMs ?? Number.NaN) - (send?.requestedAtMs ?? 0);
  expect(uncertaintyMs).toBeGreaterThan(0);
  // Never earlier than it was: what is not known makes a delivery longer, not shorter.
  expect(deliveryMs).toBeGreaterThanOrEqual(truly);
  expect((deliveryMs ?? 0) - uncertaintyMs).toBeLessThanOrEqual(truly + 2000);

  const families = await world.metrics();
  const inbox = { inbox: 'carrier' };
  expect(valueOf(families, 'twofa_inbox_up', inbox)).toBe(1);
  expect(valueOf(families, 'twofa_inbox_messages_total', { ...inbox, disposition: 'matched' })).toBe(1);
  expect(valueOf(families, 'twofa_inbox_resolution_seconds', inbox)).toBeGreaterThanOrEqual(1);
});

test('while the list cannot be read no code is asked for, and afterwards all goes on', async () => {
  const world = await createPollingWorld();
  const changedTo = (up: boolean) =>
    world.happens((event) => (event.kind === 'inbox_changed' && event.up === up ? event : null));
  world.sim.scenarios.set('receiver-down');
  await changedTo(false);
  expect((await world.tick('acme-sms')).skip).toBe('receiver_down');
  expect(world.sim.truth.sends()).toEqual([]);
  const families = await world.metrics();
  expect(valueOf(families, 'twofa_inbox_up', { inbox: 'carrier' })).toBe(0);
  expect(valueOf(families, 'twofa_inbox_errors_total', { inbox: 'carrier', error: 'poll' })).toBeGreaterThan(
    0,
  );
  world.sim.scenarios.set('healthy');
  await changedTo(true);
  expect(attemptOf(await world.tick('acme-sms')).outcome).toBe('ok');
});
