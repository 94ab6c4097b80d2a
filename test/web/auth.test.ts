import { expect, test } from 'vitest';
import {
  ADMIN_TOKEN,
  bearer,
  BROWSER,
  createWebStand,
  FORM,
  OWN_FORM,
  READ_TOKEN,
  TOKENS,
  type Ask,
  type WebStand,
} from './stand.ts';

const READS = [
  '/',
  '/metrics',
  '/config',
  '/probes/acme-sms',
  '/api/v1/targets',
  '/api/v1/probes',
  '/api/v1/attempts',
  '/api/v1/verdicts',
  '/targets/acme',
];
const ACTS = [
  '/-/reload',
  '/api/v1/probes/acme-sms/run',
  '/api/v1/probes/acme-sms/pause',
  '/api/v1/probes/acme-sms/resume',
];

const guarded = (loopback = false) => createWebStand({ auth: TOKENS, loopback });

async function statuses(stand: WebStand, paths: readonly string[], how: Ask): Promise<number[]> {
  const answers: number[] = [];
  for (const path of paths) answers.push((await stand.ask(path, how)).status);
  return answers;
}

const all = (paths: readonly string[], status: number) => paths.map(() => status);

async function login(stand: WebStand, token: string): Promise<string> {
  const answer = await stand.ask('/login', {
    method: 'POST',
    headers: OWN_FORM,
    body: new URLSearchParams({ token }).toString(),
  });
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

test('with tokens, nobody reads or acts without one', async () => {
  const stand = await guarded();
  expect(await statuses(stand, READS, {})).toEqual(all(READS, 401));
  expect(await statuses(stand, ACTS, { method: 'POST' })).toEqual(all(ACTS, 401));
  expect(stand.operations.commands).toEqual([]);
});

test('the readToken reads, and does not act', async () => {
  const stand = await guarded();
  const headers = bearer(READ_TOKEN);
  expect(await statuses(stand, READS, { headers })).toEqual(all(READS, 200));
  expect(await statuses(stand, ACTS, { headers, method: 'POST' })).toEqual(all(ACTS, 403));
  expect(stand.operations.commands).toEqual([]);
});

test('the adminToken reads and acts', async () => {
  const stand = await guarded();
  const headers = bearer(ADMIN_TOKEN);
  expect(await statuses(stand, READS, { headers })).toEqual(all(READS, 200));
  expect(await statuses(stand, ACTS, { headers, method: 'POST' })).toEqual(all(ACTS, 200));
  expect(stand.operations.commands).toHaveLength(ACTS.length);
});

test('tokens guard a loopback listener too', async () => {
  const stand = await guarded(true);
  expect(await statuses(stand, READS, {})).toEqual(all(READS, 401));
});

test('off loopback without tokens, nothing is open', async () => {
  const stand = await createWebStand({ loopback: false });
  expect(await statuses(stand, READS, {})).toEqual(all(READS, 401));
});

test('on loopback an adminToken alone leaves reading open, a readToken alone lets nobody act', async () => {
  const adminOnly = await createWebStand({ auth: { readToken: null, adminToken: TOKENS.adminToken } });
  expect(await statuses(adminOnly, READS, {})).toEqual(all(READS, 200));
  expect(await statuses(adminOnly, ACTS, { method: 'POST' })).toEqual(all(ACTS, 403));
  const readOnly = await createWebStand({ auth: { readToken: TOKENS.readToken, adminToken: null } });
  expect(await statuses(readOnly, ACTS, { method: 'POST', headers: bearer(READ_TOKEN) })).toEqual(
    all(ACTS, 403),
  );
});

test('who only looks finds no buttons, and where to log in to act; who acts, and where nobody may, finds no such link', async () => {
  type Tokens = { readonly [Key in keyof typeof TOKENS]: (typeof TOKENS)[Key] | null };
  const found = async (auth: Tokens, token?: string) => {
    const stand = await createWebStand({ auth });
    const headers = { ...BROWSER, ...(token !== undefined && bearer(token)) };
    const { body } = await stand.ask('/probes/acme-sms', { headers });
    return [body.includes('Run now'), /href="([^"]*)">Log in to act/.exec(body)?.[1] ?? null];
  };
  const login = '/login?next=%2Fprobes%2Facme-sms';
  expect(await found(TOKENS, READ_TOKEN)).toEqual([false, login]);
  expect(await found(TOKENS, ADMIN_TOKEN)).toEqual([true, null]);
  expect(await found({ ...TOKENS, readToken: null })).toEqual([false, login]);
  expect(await found({ ...TOKENS, adminToken: null }, READ_TOKEN)).toEqual([false, null]);
});

test('liveness and readiness are open to everybody', async () => {
  const stand = await guarded();
  expect(await statuses(stand, ['/-/healthy', '/-/ready'], {})).toEqual([200, 200]);
});

test('a browser exchanges a token for a cookie that scripts and other sites cannot use', async () => {
  const stand = await guarded();
  const body = new URLSearchParams({ token: ADMIN_TOKEN, next: '/probes/acme-sms?x=1' }).toString();
  const answer = await stand.ask('/login', { method: 'POST', headers: OWN_FORM, body });
  expect([answer.status, answer.headers.location]).toEqual([303, '/probes/acme-sms?x=1']);
  const cookie = answer.headers['set-cookie']?.[0] ?? '';
  expect(cookie).toMatch(/; Path=\/;.*HttpOnly; SameSite=Strict$/);
  expect(cookie).not.toContain(ADMIN_TOKEN);
  const headers = { cookie: cookie.split(';')[0] ?? '' };
  expect(await statuses(stand, READS, { headers })).toEqual(all(READS, 200));
  expect(await statuses(stand, ACTS, { headers, method: 'POST' })).toEqual(all(ACTS, 200));
});

test('the cookie is for TLS alone when the proxy in front speaks TLS', async () => {
  const stand = await guarded();
  const body = new URLSearchParams({ token: READ_TOKEN }).toString();
  const headers = { ...OWN_FORM, 'x-forwarded-proto': 'https' };
  const answer = await stand.ask('/login', { method: 'POST', headers, body });
  expect(answer.headers['set-cookie']?.[0]).toContain('; Secure');
});

test("a reader's session does not act", async () => {
  const stand = await guarded();
  const headers = { cookie: await login(stand, READ_TOKEN) };
  expect(await statuses(stand, READS, { headers })).toEqual(all(READS, 200));
  expect(await statuses(stand, ACTS, { headers, method: 'POST' })).toEqual(all(ACTS, 403));
});

test('a session ends by logging out, and by itself after twelve hours', async () => {
  const stand = await guarded();
  const first = { cookie: await login(stand, READ_TOKEN) };
  const second = { cookie: await login(stand, READ_TOKEN) };
  await stand.ask('/logout', { method: 'POST', headers: { ...OWN_FORM, ...first } });
  expect(await statuses(stand, ['/config'], { headers: first })).toEqual([401]);
  expect(await statuses(stand, ['/config'], { headers: second })).toEqual([200]);
  await stand.clock.advance(12 * 3_600_000);
  expect(await statuses(stand, ['/config'], { headers: second })).toEqual([401]);
});

test('a session ends when its token is no longer valid', async () => {
  const auth = { ...TOKENS };
  const stand = await createWebStand({ auth, loopback: false });
  const headers = { cookie: await login(stand, READ_TOKEN) };
  auth.readToken = TOKENS.adminToken;
  expect(await statuses(stand, ['/config'], { headers })).toEqual([401]);
});

test('an invented cookie opens nothing', async () => {
  const stand = await guarded();
  for (const cookie of [
    'twofa_session=',
    'twofa_session=__proto__',
    `twofa_session=${ADMIN_TOKEN}`,
    '=;;=',
  ]) {
    expect(await statuses(stand, ['/config'], { headers: { cookie } })).toEqual([401]);
  }
});

test('a browser without a session is sent to the form, and back', async () => {
  const stand = await guarded();
  const answer = await stand.ask('/attempts/a1?x=1', { headers: BROWSER });
  expect([answer.status, answer.headers.location]).toEqual([303, '/login?next=%2Fattempts%2Fa1%3Fx%3D1']);
  expect((await stand.ask(String(answer.headers.location))).body).toContain('value="/attempts/a1?x=1"');
});

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/ /x', 'javascript:alert(1)', ''])(
  'after logging in, nobody is sent to %s',
  async (next) => {
    const stand = await guarded();
    const body = new URLSearchParams({ token: READ_TOKEN, next }).toString();
    expect((await stand.ask('/login', { method: 'POST', headers: OWN_FORM, body })).headers.location).toBe(
      '/',
    );
  },
);

test('a wrong token is told, and shown to nobody', async () => {
  const stand = await guarded();
  const answer = await stand.ask('/login', { method: 'POST', headers: OWN_FORM, body: 'token=wrong-token' });
  expect(answer.status).toBe(401);
  expect(answer.body).toContain('This token is not known');
  expect(answer.body).not.toContain('wrong-token');
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('after ten wrong tokens an address waits, even with the right one, and a minute later may try again', async () => {
  const stand = await guarded();
  const tries = Array.from({ length: 10 }, (_, index) => `guess-${index}`);
  for (const token of tries)
    expect((await stand.ask('/config', { headers: bearer(token) })).status).toBe(401);
  const refused = await stand.ask('/config', { headers: bearer(READ_TOKEN) });
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
  expect(
    (await stand.ask('/login', { method: 'POST', headers: FORM, body: `token=${READ_TOKEN}` })).status,
  ).toBe(429);
  await stand.clock.advance(60_000);
  expect((await stand.ask('/config', { headers: bearer(READ_TOKEN) })).status).toBe(200);
});

test('a session goes on while its address must wait', async () => {
  const stand = await guarded();
  const headers = { cookie: await login(stand, READ_TOKEN) };
  for (let index = 0; index < 11; index += 1) await stand.ask('/config', { headers: bearer('guess') });
  expect((await stand.ask('/config', { headers })).status).toBe(200);
});

test('a refusal says what is needed', async () => {
  const stand = await guarded();
  const nobody = await stand.ask('/api/v1/probes');
  expect(nobody.headers['www-authenticate']).toContain('Bearer');
  expect(JSON.parse(nobody.body)).toEqual({
    error: 'a token is needed',
    expected: 'Authorization: Bearer TOKEN, or a session from /login',
  });
  const reader = await stand.ask('/-/reload', { method: 'POST', headers: bearer(READ_TOKEN) });
  expect(JSON.parse(reader.body)).toEqual({
    error: 'this token may read, not act',
    expected: 'the adminToken',
  });
});
