import { createHmac } from 'node:crypto';
import twilio from 'twilio';
import { expect, test } from 'vitest';
import { askForCode, startReceiver, startStage, until } from './stage.ts';

const PUSH_TIMEOUT_MS = 15_000;

test("an arriving message is pushed as Twilio pushes it, and twilio's own check takes the signature", async () => {
  const { sim, client, pass } = await startStage();
  const { url, received } = await startReceiver();
  const smsUrl = `${url}/hooks/main?phone=a%26b&x=1`;
  sim.connect('us-a', { manner: 'twilio', smsUrl });
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'Grüße & 123456 = ✓' });
  await pass(5000);
  expect(received).toHaveLength(1);
  const { path, headers, body } = received[0] ?? { path: '', headers: {}, body: '' };
  const fields = Object.fromEntries(new URLSearchParams(body));
  const [listed] = await client.messages.list({ limit: 1 });
  expect(`${url}${path}`).toBe(smsUrl);
  expect(headers['content-type']).toBe('application/x-www-form-urlencoded; charset=utf-8');
  expect(headers['i-twilio-idempotency-token']).toBeTruthy();
  expect(fields).toMatchObject({
    MessageSid: listed?.sid,
    SmsSid: listed?.sid,
    AccountSid: sim.world.accountSid,
    From: 'ACME',
    To: '+12025550111',
    Body: 'Grüße & 123456 = ✓',
    NumMedia: '0',
    SmsStatus: 'received',
  });
  const signature = String(headers['x-twilio-signature']);
  expect(twilio.validateRequest(sim.world.authToken, signature, smsUrl, fields)).toBe(true);
  expect(twilio.validateRequest('other', signature, smsUrl, fields)).toBe(false);
  expect(twilio.validateRequest(sim.world.authToken, signature, smsUrl, { ...fields, Body: 'x' })).toBe(
    false,
  );
});

test('a fragment of the address is neither sent nor signed', async () => {
  const { sim, client, pass } = await startStage();
  const { url, received } = await startReceiver();
  sim.connect('us-a', { manner: 'twilio', smsUrl: `${url}/hook#rc=2` });
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  await pass(5000);
  const fields = Object.fromEntries(new URLSearchParams(received[0]?.body));
  const signature = String(received[0]?.headers['x-twilio-signature']);
  expect(twilio.validateRequest(sim.world.authToken, signature, `${url}/hook`, fields)).toBe(true);
});

test('a push that fails is tried once more, with the same token; then only the list has the message', async () => {
  const { sim, client, pass } = await startStage();
  const { url, received } = await startReceiver(() => 503);
  sim.connect('us-a', { manner: 'twilio', smsUrl: url });
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  await pass(60_000);
  expect(received).toHaveLength(2);
  expect(received[1]?.headers['i-twilio-idempotency-token']).toBe(
    received[0]?.headers['i-twilio-idempotency-token'],
  );
  const [delivery] = sim.truth.messages()[0]?.deliveries ?? [];
  expect(delivery).toMatchObject({ lost: 'push_failed', pushes: [{ status: 503 }, { status: 503 }] });
  expect((await client.messages.list({ limit: 1 }))[0]).toMatchObject({ direction: 'inbound', body: 'x' });
});

test('a second try that succeeds is a delivery', async () => {
  const { sim, client, pass } = await startStage();
  const { url } = await startReceiver((count) => (count === 1 ? 500 : 200));
  sim.connect('us-a', { manner: 'twilio', smsUrl: url });
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  await pass(5000);
  expect(sim.truth.messages()[0]?.deliveries[0]).toMatchObject({
    lost: null,
    pushes: [{ status: 500 }, { status: 200 }],
  });
});

test('a refusal is an answer: it is not tried again', async () => {
  const { sim, client, pass } = await startStage();
  const { url, received } = await startReceiver(() => 403);
  sim.connect('us-a', { manner: 'twilio', smsUrl: url });
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  await pass(60_000);
  expect(received).toHaveLength(1);
  expect(sim.truth.messages()[0]?.deliveries[0]?.lost).toBe('push_failed');
});

test('a receiver that does not answer gets 15 s, twice', async () => {
  const { sim, client, clock } = await startStage();
  const { url, received } = await startReceiver(() => null);
  sim.connect('us-a', { manner: 'twilio', smsUrl: url });
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  await clock.advance(4000);
  await until(() => received.length === 1);
  await clock.advance(PUSH_TIMEOUT_MS - 1);
  expect(received).toHaveLength(1);
  await clock.advance(1);
  await until(() => received.length === 2);
  await clock.advance(PUSH_TIMEOUT_MS);
  const [delivery] = sim.truth.messages()[0]?.deliveries ?? [];
  await until(() => delivery?.lost === 'push_failed');
  expect(delivery?.pushes.map(({ status, atMs, endedMs }) => [status, (endedMs ?? 0) - atMs])).toEqual([
    [null, PUSH_TIMEOUT_MS],
    [null, PUSH_TIMEOUT_MS],
  ]);
});

test('a port where nobody listens is a failed push', async () => {
  const { sim, client, pass } = await startStage();
  sim.connect('us-a', { manner: 'twilio', smsUrl: 'http://127.0.0.1:9/' });
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  await pass(5000);
  expect(sim.truth.messages()[0]?.deliveries[0]).toMatchObject({
    lost: 'push_failed',
    pushes: [{ status: null }, { status: null }],
  });
});

test('a phone in a rack is pushed as signed JSON, and is not listed', async () => {
  const stage = await startStage();
  const { url, received } = await startReceiver();
  stage.sim.connect('us-b', { manner: 'webhook', url: `${url}/hooks/rack`, secret: 'rack secret' });
  await askForCode(stage, 'sms-2');
  await stage.pass(5000);
  const { body = '', headers = {} } = received[0] ?? {};
  const [send] = stage.sim.truth.sends();
  expect(JSON.parse(body)).toEqual({
    id: send?.message?.deliveries[0]?.sid,
    from: 'ACME',
    to: '+12025550112',
    text: `${send?.code} is your Acme code. It expires in 5 minutes.`,
    receivedAt: '2026-01-15T12:00:04.000Z',
  });
  const timestamp = String(headers['x-timestamp']);
  expect(timestamp).toBe(String(Date.parse('2026-01-15T12:00:04Z') / 1000));
  const expected = createHmac('sha256', 'rack secret').update(`${timestamp}.${body}`).digest('hex');
  expect(headers['x-signature']).toBe(`sha256=${expected}`);
  expect(await stage.client.messages.list()).toEqual([]);
});

test('the truth tells when each message was asked for, arrived and was pushed', async () => {
  const stage = await startStage();
  const { url } = await startReceiver();
  stage.sim.connect('us-a', { manner: 'twilio', smsUrl: url });
  const startedMs = stage.clock.monotonicMs();
  await askForCode(stage, 'sms-1', 'attempt-7');
  await stage.pass(5000);
  const [send] = stage.sim.truth.sends();
  expect(send).toMatchObject({
    account: 'sms-1',
    phone: 'us-a',
    attempt: 'attempt-7',
    requestedAtMs: startedMs,
    sentAtMs: startedMs,
    requestedAt: Date.parse('2026-01-15T12:00:00Z'),
  });
  const dueMs = expect.closeTo(startedMs + 4000, 6);
  expect(send?.message?.deliveries).toEqual([
    {
      sid: expect.stringMatching(/^SM/),
      copy: false,
      arrivedMs: dueMs,
      pushes: [{ atMs: dueMs, status: 204, endedMs: expect.any(Number) }],
      lost: null,
    },
  ]);
});
