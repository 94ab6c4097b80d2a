import { generateSync } from 'otplib';
import { expect, test } from 'vitest';
import { askForCode, createVisitor, credentialsOf, startStage } from './stage.ts';

test('a user signs in with a password and a code by SMS, is known, and signs out', async () => {
  const stage = await startStage();
  const { password } = credentialsOf(stage.sim, 'sms-1');
  const visit = createVisitor(stage.loginUrl);
  expect(await visit('POST', '/api/session', { user: 'sms-1', password })).toMatchObject({
    status: 200,
    json: { challenge: 'second_factor', factors: ['sms', 'totp', 'backup-code'] },
  });
  expect((await visit('GET', '/api/me')).status).toBe(401);
  expect(await visit('POST', '/api/session/2fa/sms')).toMatchObject({ status: 200, json: { sent: true } });
  const code = stage.sim.truth.sends()[0]?.code;
  expect(code).toMatch(/^[0-9]{6}$/);
  expect((await visit('POST', '/api/session/2fa', { code })).status).toBe(200);
  expect(await visit('GET', '/api/me')).toMatchObject({ status: 200, json: { name: 'sms-1' } });
  expect((await visit('DELETE', '/api/session')).status).toBe(204);
  expect((await visit('GET', '/api/me')).status).toBe(401);
  expect(stage.sim.truth.logins().map(({ result }) => result)).toEqual([
    'challenged',
    'signed_in',
    'signed_out',
  ]);
});

test('a wrong password is 401, for users that exist and for those that do not', async () => {
  const { loginUrl } = await startStage();
  const visit = createVisitor(loginUrl);
  const known = await visit('POST', '/api/session', { user: 'sms-1', password: 'wrong' });
  const unknown = await visit('POST', '/api/session', { user: 'nobody', password: '' });
  expect([known.status, unknown.status]).toEqual([401, 401]);
  expect(known.json).toEqual(unknown.json);
});

test('a code asked for or given before the password is 401', async () => {
  const { loginUrl, sim } = await startStage();
  const visit = createVisitor(loginUrl);
  expect((await visit('POST', '/api/session/2fa/sms')).status).toBe(401);
  expect((await visit('POST', '/api/session/2fa', { code: '123456' })).status).toBe(401);
  expect(sim.truth.sends()).toEqual([]);
});

test('a body that cannot be read is 400', async () => {
  const { loginUrl } = await startStage();
  const visit = createVisitor(loginUrl);
  expect((await visit('POST', '/api/session', { user: 1 })).status).toBe(400);
  const broken = await fetch(`${loginUrl}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(broken.status).toBe(400);
});

test('an account without a phone cannot be sent a code', async () => {
  const { loginUrl, sim } = await startStage();
  const visit = createVisitor(loginUrl);
  const { password } = credentialsOf(sim, 'totp-1');
  const challenge = await visit('POST', '/api/session', { user: 'totp-1', password });
  expect(challenge.json).toMatchObject({ factors: ['totp', 'backup-code'] });
  expect((await visit('POST', '/api/session/2fa/sms')).status).toBe(422);
});

test('a wrong code is 422 and can be tried again; a used one is not taken twice', async () => {
  const stage = await startStage();
  const visit = await askForCode(stage, 'sms-1');
  const code = stage.sim.truth.sends()[0]?.code ?? '';
  const wrong = code === '000000' ? '000001' : '000000';
  expect((await visit('POST', '/api/session/2fa', { code: wrong })).status).toBe(422);
  expect((await visit('POST', '/api/session/2fa', { code })).status).toBe(200);
  const again = await askForCode(stage, 'sms-1');
  expect((await again('POST', '/api/session/2fa', { code })).status).toBe(422);
  expect(stage.sim.truth.verifies().map(({ result }) => result)).toEqual(['wrong', 'accepted', 'used']);
});

test('after a second request only the newest code is taken', async () => {
  const stage = await startStage();
  const visit = await askForCode(stage, 'sms-1');
  await visit('POST', '/api/session/2fa/sms');
  const [first, second] = stage.sim.truth.sends();
  expect((await visit('POST', '/api/session/2fa', { code: first?.code })).status).toBe(422);
  expect((await visit('POST', '/api/session/2fa', { code: second?.code })).status).toBe(200);
  expect(stage.sim.truth.verifies().map(({ result, send }) => [result, send])).toEqual([
    ['superseded', first],
    ['accepted', second],
  ]);
});

test('a code is taken for five minutes and not a moment longer', async () => {
  const stage = await startStage();
  for (const [waitMs, status] of [
    [300_000, 200],
    [300_001, 422],
  ] as const) {
    const visit = await askForCode(stage, 'sms-1');
    await stage.clock.advance(waitMs);
    const code = stage.sim.truth.sends().at(-1)?.code;
    expect((await visit('POST', '/api/session/2fa', { code })).status).toBe(status);
  }
  expect(stage.sim.truth.verifies().at(-1)?.result).toBe('expired');
});

test("another account's code is wrong, and the truth tells whose it was", async () => {
  const stage = await startStage();
  await askForCode(stage, 'sms-1', 'attempt-1');
  const visit = await askForCode(stage, 'sms-2', 'attempt-2');
  const [first] = stage.sim.truth.sends();
  expect((await visit('POST', '/api/session/2fa', { code: first?.code })).status).toBe(422);
  expect(stage.sim.truth.verifies()).toMatchObject([
    {
      account: 'sms-2',
      attempt: 'attempt-2',
      result: 'wrong',
      send: { account: 'sms-1', attempt: 'attempt-1' },
    },
  ]);
});

test('a code of the authenticator app is taken once, and for one step after its own', async () => {
  const stage = await startStage();
  const { password, totpSecret } = credentialsOf(stage.sim, 'totp-1');
  const totp = (backMs = 0): string =>
    generateSync({ secret: totpSecret, epoch: Math.floor((stage.clock.now() - backMs) / 1000) });
  const give = async (code: string): Promise<number> => {
    const visit = createVisitor(stage.loginUrl);
    await visit('POST', '/api/session', { user: 'totp-1', password });
    return (await visit('POST', '/api/session/2fa', { code })).status;
  };
  const first = totp();
  expect(await give(first)).toBe(200);
  expect(await give(first)).toBe(422);
  await stage.clock.advance(60_000);
  expect(await give(totp(30_000))).toBe(200);
  await stage.clock.advance(120_000);
  expect(await give(totp(60_000))).toBe(422);
  expect(stage.sim.truth.verifies().map(({ result, factor }) => [result, factor])).toEqual([
    ['accepted', 'totp'],
    ['used', 'totp'],
    ['accepted', 'totp'],
    ['wrong', null],
  ]);
});

test('a backup code is taken once, with or without its dash', async () => {
  const stage = await startStage();
  const { password, backupCodes } = credentialsOf(stage.sim, 'backup-1');
  const give = async (code = ''): Promise<number> => {
    const visit = createVisitor(stage.loginUrl);
    await visit('POST', '/api/session', { user: 'backup-1', password });
    return (await visit('POST', '/api/session/2fa', { code })).status;
  };
  expect(await give(backupCodes[0])).toBe(200);
  expect(await give(backupCodes[0])).toBe(422);
  expect(await give(backupCodes[1]?.replace('-', ''))).toBe(200);
});

test('a session lives for an hour', async () => {
  const stage = await startStage();
  const visit = await askForCode(stage, 'sms-1');
  await stage.clock.advance(3_600_000);
  expect((await visit('POST', '/api/session/2fa/sms')).status).toBe(401);
});
