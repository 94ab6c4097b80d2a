import { generateSync } from 'otplib';
import { expect, test } from 'vitest';
import {
  askForCode,
  createVisitor,
  credentialsOf,
  startReceiver,
  startStage,
  STEADY_CARRIERS,
  type Stage,
} from './stage.ts';

const lostOf = (stage: Stage): unknown[] =>
  stage.sim.truth.sends().map(({ message }) => message?.deliveries.map(({ lost }) => lost) ?? 'not sent');

async function stageWithReceiver(world?: Parameters<typeof startStage>[0]) {
  const stage = await startStage(world);
  const receiver = await startReceiver();
  for (const { name } of stage.sim.world.phones) {
    stage.sim.connect(name, { manner: 'twilio', smsUrl: receiver.url });
  }
  return { ...stage, received: receiver.received };
}

const textsOf = (received: readonly { readonly body: string }[]): string[] =>
  received.map(({ body }) => new URLSearchParams(body).get('Body') ?? '');

test('sms-sender-off: the site says that it sent, and sends nothing', async () => {
  const stage = await stageWithReceiver();
  stage.sim.scenarios.set('sms-sender-off');
  const visit = createVisitor(stage.loginUrl);
  const { password } = credentialsOf(stage.sim, 'sms-1');
  await visit('POST', '/api/session', { user: 'sms-1', password });
  expect(await visit('POST', '/api/session/2fa/sms')).toMatchObject({ status: 200, json: { sent: true } });
  await stage.pass(60_000);
  expect(stage.received).toEqual([]);
  expect(stage.sim.truth.sends()).toMatchObject([{ account: 'sms-1', sentAtMs: null, message: null }]);
});

test('carrier-outage: one carrier loses its messages, those on their way too; the other delivers', async () => {
  const stage = await stageWithReceiver();
  await askForCode(stage, 'sms-1');
  stage.sim.scenarios.set('carrier-outage carrier-a');
  await askForCode(stage, 'sms-2');
  await askForCode(stage, 'sms-3');
  await stage.pass(10_000);
  expect(lostOf(stage)).toEqual([['carrier_outage'], ['carrier_outage'], [null]]);
  expect(stage.received).toHaveLength(1);
});

test('slow: messages take that many times as long', async () => {
  const stage = await stageWithReceiver();
  stage.sim.scenarios.set('slow 10');
  await askForCode(stage, 'sms-1');
  await stage.pass(39_000);
  expect(stage.received).toHaveLength(0);
  await stage.pass(2000);
  expect(stage.received).toHaveLength(1);
});

test('lossy: about that share is lost', async () => {
  const stage = await stageWithReceiver();
  stage.sim.scenarios.set('lossy 0.5');
  for (let sent = 0; sent < 40; sent += 1) {
    await stage.client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  }
  await stage.pass(10_000);
  expect(stage.received.length).toBeGreaterThan(10);
  expect(stage.received.length).toBeLessThan(30);
  const lost = stage.sim.truth.messages().filter(({ deliveries }) => deliveries[0]?.lost === 'lost');
  expect(lost).toHaveLength(40 - stage.received.length);
});

test('login-down: the site answers 503 to everything, the carrier works', async () => {
  const stage = await startStage();
  stage.sim.scenarios.set('login-down');
  const visit = createVisitor(stage.loginUrl);
  expect((await visit('POST', '/api/session', { user: 'a', password: 'b' })).status).toBe(503);
  expect((await visit('GET', '/api/me')).status).toBe(503);
  expect((await visit('GET', '/login')).status).toBe(503);
  expect(await stage.client.messages.list()).toEqual([]);
});

test('receiver-down: nothing is pushed, and the list cannot be read; afterwards the list has it', async () => {
  const stage = await stageWithReceiver();
  stage.sim.scenarios.set('receiver-down');
  await askForCode(stage, 'sms-1');
  await stage.pass(10_000);
  expect(stage.received).toEqual([]);
  await expect(stage.client.messages.list()).rejects.toMatchObject({ status: 503 });
  expect(lostOf(stage)).toEqual([['receiver_down']]);
  stage.sim.scenarios.set('healthy');
  expect(await stage.client.messages.list()).toMatchObject([{ direction: 'inbound' }]);
});

test('number-dead: one phone gets nothing, its neighbour does', async () => {
  const stage = await stageWithReceiver();
  stage.sim.scenarios.set('number-dead us-a');
  await askForCode(stage, 'sms-1');
  await askForCode(stage, 'sms-2');
  await stage.pass(10_000);
  expect(lostOf(stage)).toEqual([['number_dead'], [null]]);
});

test('rate-limit: attempts are answered 429 with Retry-After, leaving is not', async () => {
  const stage = await startStage();
  const visit = await askForCode(stage, 'sms-1');
  stage.sim.scenarios.set('rate-limit');
  const limited = await visit('POST', '/api/session/2fa/sms');
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60']);
  expect((await visit('GET', '/login')).status).toBe(200);
  const page = await visit('POST', '/login', new URLSearchParams({ user: 'a' }));
  expect([page.status, page.text]).toEqual([429, expect.stringContaining('class="error"')]);
  expect((await visit('DELETE', '/api/session')).status).toBe(204);
  expect((await visit('POST', '/logout')).status).toBe(302);
  expect(stage.sim.truth.sends()).toHaveLength(1);
});

test('duplicates: the same text comes twice, under two ids', async () => {
  const stage = await stageWithReceiver();
  stage.sim.scenarios.set('duplicates');
  await askForCode(stage, 'sms-1');
  await stage.pass(200_000);
  const [first, second] = textsOf(stage.received);
  expect(stage.received).toHaveLength(2);
  expect(second).toBe(first);
  const deliveries = stage.sim.truth.sends()[0]?.message?.deliveries ?? [];
  expect(deliveries.map(({ copy }) => copy)).toEqual([false, true]);
  expect(deliveries[0]?.sid).not.toBe(deliveries[1]?.sid);
});

test('reorder: some messages are overtaken; without it, none is', async () => {
  const carriers = { 'carrier-a': { ...STEADY_CARRIERS['carrier-a'], sigma: 0.67 } };
  const isInOrder = async (scenario: string): Promise<boolean> => {
    const stage = await stageWithReceiver({ carriers });
    stage.sim.scenarios.set(scenario);
    const sent: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      sent.push(String(count));
      await stage.client.messages.create({ to: '+12025550111', from: 'ACME', body: String(count) });
      await stage.pass(1000);
    }
    await stage.pass(200_000);
    expect(textsOf(stage.received).toSorted()).toEqual(sent.toSorted());
    return textsOf(stage.received).join() === sent.join();
  };
  expect(await isInOrder('healthy')).toBe(true);
  expect(await isInOrder('reorder')).toBe(false);
});

test('template-changed: the text has no digit in it, and the code is still taken', async () => {
  const stage = await stageWithReceiver();
  stage.sim.scenarios.set('template-changed');
  const visit = await askForCode(stage, 'sms-1');
  await stage.pass(10_000);
  expect(textsOf(stage.received)[0]).toMatch(/^[^0-9]+$/);
  const code = stage.sim.truth.sends()[0]?.code;
  expect((await visit('POST', '/api/session/2fa', { code })).status).toBe(200);
});

test('2fa-not-asked: a password alone signs in', async () => {
  const stage = await startStage();
  stage.sim.scenarios.set('2fa-not-asked');
  const visit = createVisitor(stage.loginUrl);
  const { password } = credentialsOf(stage.sim, 'sms-1');
  expect((await visit('POST', '/api/session', { user: 'sms-1', password })).json).toEqual({
    signedIn: true,
    user: 'sms-1',
  });
  expect((await visit('GET', '/api/me')).json).toEqual({ name: 'sms-1' });
  expect((await visit('POST', '/api/session', { user: 'sms-1', password: 'x' })).status).toBe(401);
});

test('twitter-2022: codes reach one account alone; authenticator app and backup codes go on', async () => {
  const stage = await stageWithReceiver();
  stage.sim.scenarios.set('twitter-2022');
  for (const account of ['sms-1', 'sms-2', 'sms-3', 'sms-4']) await askForCode(stage, account);
  await stage.pass(10_000);
  expect(lostOf(stage)).toEqual([[null], 'not sent', 'not sent', 'not sent']);
  const { password, totpSecret, backupCodes } = credentialsOf(stage.sim, 'sms-2');
  const totp = generateSync({ secret: totpSecret, epoch: Math.floor(stage.clock.now() / 1000) });
  for (const code of [totp, backupCodes[0]]) {
    const visit = createVisitor(stage.loginUrl);
    await visit('POST', '/api/session', { user: 'sms-2', password });
    expect((await visit('POST', '/api/session/2fa', { code })).status).toBe(200);
  }
});
