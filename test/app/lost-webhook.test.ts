// Loaded here: its first use takes longer than the faster clock of these tests allows a look to take.
import 'twilio';
import { expect, test } from 'vitest';
import { signTwilioForm } from '../../src/sim/twilio-signature.ts';
import { attemptOf, createAppWorld, type AppWorld } from '../support/app-world.ts';
import { valueOf } from '../support/exposition.ts';
import { freePort } from '../support/free-port.ts';

/** Every phone at the carrier's account; `smsUrl`: where it pushes. */
async function createCarrierWorld(smsUrl: (hooks: string) => string): Promise<AppWorld> {
  const world = await createAppWorld({
    change: (config) => {
      for (const phone of Object.values(config.phones)) phone['inbox'] = 'carrier';
    },
  });
  for (const { name } of world.sim.world.phones) {
    world.sim.connect(name, { manner: 'twilio', smsUrl: smsUrl(world.hooks) });
  }
  return world;
}

const messagesSettled = (world: AppWorld) =>
  world.events.flatMap((event) => (event.kind === 'message_settled' ? [event.disposition] : []));

const lookNow = (world: AppWorld) =>
  world.app.engine.keepers.get('carrier')?.look(new AbortController().signal);

test('a message whose webhook was lost is found by asking, and its time is as uncertain as it says', async () => {
  const nobody = await freePort();
  const world = await createCarrierWorld(() => `http://127.0.0.1:${nobody}/hooks/carrier`);
  const attempt = attemptOf(await world.tick('acme-sms'));
  expect(attempt).toMatchObject({ outcome: 'ok', code: { result: 'on_time' } });

  const [send] = world.sim.truth.sends();
  const [delivery] = send?.message?.deliveries ?? [];
  const challenged = world.sim.truth.logins().find((login) => login.attempt === attempt.id);
  const { deliveryMs, uncertaintyMs } = attempt.code ?? { deliveryMs: null, uncertaintyMs: 0 };
  expect(delivery?.lost).toBe('push_failed');
  expect(uncertaintyMs).toBeGreaterThan(0);
  const arrivedMs = delivery?.arrivedMs ?? Number.NaN;
  expect(deliveryMs).toBeGreaterThanOrEqual(arrivedMs - (send?.requestedAtMs ?? 0));
  expect((deliveryMs ?? 0) - uncertaintyMs).toBeLessThanOrEqual(arrivedMs - (challenged?.atMs ?? 0));
});

test('a message that was pushed is not counted again when it is listed', async () => {
  const world = await createCarrierWorld((hooks) => `${hooks}/hooks/carrier`);
  const attempt = attemptOf(await world.tick('acme-sms'));
  expect(attempt).toMatchObject({ outcome: 'ok', code: { uncertaintyMs: 0 } });
  expect(await lookNow(world)).toBe(true);
  expect(messagesSettled(world)).toEqual(['matched']);
  const families = await world.metrics();
  expect(valueOf(families, 'twofa_inbox_messages_total', { inbox: 'carrier', disposition: 'matched' })).toBe(
    1,
  );
});

test('a webhook that comes after its message was listed is taken, and counted once', async () => {
  const nobody = await freePort();
  const world = await createCarrierWorld(() => `http://127.0.0.1:${nobody}/hooks/carrier`);
  const { messages, phone } = attemptOf(await world.tick('acme-sms'));
  const { accountSid, authToken, phones } = world.sim.world;
  const fields = {
    MessageSid: messages[0]?.providerId ?? '',
    AccountSid: accountSid,
    From: 'ACME',
    To: phones.find(({ name }) => name === phone)?.number ?? '',
    Body: '123456 is your Acme code.',
    NumMedia: '0',
  };
  const url = `${world.hooks}/hooks/carrier`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'x-twilio-signature': signTwilioForm(authToken, url, fields) },
    body: new URLSearchParams(fields),
  });
  expect(answer.status).toBe(200);
  expect(messagesSettled(world)).toEqual(['matched']);
});
