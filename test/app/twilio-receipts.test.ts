import { expect, test } from 'vitest';
import { signTwilioForm } from '../../src/sim/twilio-signature.ts';
import { attemptOf, createAppWorld, type AppWorld } from '../support/app-world.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';

/** The daemon, and the receipts of the account that the target sends from. */
const createReceiptsWorld = (): Promise<AppWorld> =>
  createAppWorld({
    held: true,
    change: (config) => {
      const { accountSid, authToken } = config.inboxes['carrier'] ?? {};
      config.inboxes['sent'] = { kind: 'twilio-receipts', accountSid, authToken };
    },
  });

/** Twilio's status callback: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
async function callBack(world: AppWorld, status: string, phone: string | null) {
  const { accountSid, authToken, phones } = world.sim.world;
  const url = `${world.hooks}/hooks/sent`;
  const form = {
    AccountSid: accountSid,
    ApiVersion: '2010-04-01',
    From: '+18335550100',
    To: phones.find(({ name }) => name === phone)?.number ?? '+12025550199',
    MessageSid: 'SM00000000000000000000000000000001',
    SmsSid: 'SM00000000000000000000000000000001',
    MessageStatus: status,
    SmsStatus: status,
  };
  return fetch(url, {
    method: 'POST',
    headers: { 'x-twilio-signature': signTwilioForm(authToken, url, form) },
    body: new URLSearchParams(form),
  });
}

const judged = (world: AppWorld) =>
  world.happens((event) => (event.kind === 'receipt_judged' ? event : null));
/** Over all routes. */
const counted = async (world: AppWorld, truth: string) =>
  samplesOf(await world.metrics(), 'twofa_receipts_total')
    .filter(({ labels }) => labels['probe'] === 'acme-sms' && labels['truth'] === truth)
    .reduce((sum, { value }) => sum + value, 0);
const rowOf = async (world: AppWorld, id: string) => {
  const page = await (await fetch(`${world.web}/attempts/${id}`)).text();
  return page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
};
const phoneAsked = (world: AppWorld) => world.sim.truth.sends().at(-1)?.phone ?? null;

test('said delivered, and seen: both times stand on the page, and the receipt counts as right', async () => {
  const world = await createReceiptsWorld();
  const ended = world.tick('acme-sms');
  await world.onTheWay(1);
  const phone = phoneAsked(world);
  expect((await callBack(world, 'sent', phone)).status).toBe(200);
  world.deliver();
  expect((await callBack(world, 'delivered', phone)).status).toBe(200);
  const attempt = attemptOf(await ended);
  expect(attempt.outcome).toBe('ok');
  expect(await judged(world)).toMatchObject({ attempt: attempt.id, truth: 'delivered_seen' });
  expect(await counted(world, 'delivered_seen')).toBe(1);
  const row = await rowOf(world, attempt.id);
  expect(row).toMatch(
    /provider said delivered at [-0-9]+ [:0-9]+ UTC SM0+1 message seen at [-0-9]+ [:0-9]+ UTC was right/,
  );
});

test('said delivered, and never seen: the page says so, and the metric counts a receipt that was wrong', async () => {
  const world = await createReceiptsWorld();
  const ended = world.tick('acme-sms');
  await world.onTheWay(1);
  const phone = phoneAsked(world);
  expect((await callBack(world, 'delivered', phone)).status).toBe(200);
  const attempt = attemptOf(await ended);
  expect(attempt).toMatchObject({ outcome: 'lost', fault: 'delivery' });
  expect(await judged(world)).toMatchObject({ attempt: attempt.id, truth: 'delivered_never_seen' });
  expect(await counted(world, 'delivered_never_seen')).toBe(1);
  expect(await counted(world, 'delivered_seen')).toBe(0);
  const row = await rowOf(world, attempt.id);
  expect(row).toMatch(
    /provider said delivered at [-0-9]+ [:0-9]+ UTC SM0+1 message never seen was wrong: nothing came/,
  );
  const api = await (await fetch(`${world.web}/api/v1/attempts/${attempt.id}`)).text();
  expect(JSON.parse(api)).toMatchObject({ receipts: [{ said: 'delivered' }] });
  expect(world.logs.join('\n') + api + row).not.toMatch(/12025550\d{3}/);
});

test('a receipt that is not signed, or of another number, counts nothing', async () => {
  const world = await createReceiptsWorld();
  const body = new URLSearchParams({ MessageStatus: 'delivered', To: '+12025550111' });
  expect((await fetch(`${world.hooks}/hooks/sent`, { method: 'POST', body })).status).toBe(403);
  expect((await callBack(world, 'delivered', null)).status).toBe(200);
  const families = await world.metrics();
  expect(valueOf(families, 'twofa_inbox_errors_total', { inbox: 'sent', error: 'signature' })).toBe(1);
  expect(await counted(world, 'delivered_seen')).toBe(0);
});
