import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { createBasicAuth, MAX_WAITING, readCredentials } from '../../src/web/basic-auth.ts';
import { compareInThread } from '../../src/web/bcrypt-thread.ts';
import type { Comparison } from '../../src/web/bcrypt-worker.ts';
import { createThrottle } from '../../src/web/throttle.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { basic, HASH, PASSWORD, withAlice } from '../support/web-guards.ts';
import { ADMIN_TOKEN, bearer, BROWSER, createWebStand, OWN_FORM, READ_TOKEN, TOKENS } from './stand.ts';

const RUN = '/api/v1/probes/acme-sms/run';
const alice = basic('alice', PASSWORD);

/** A stand whose passwords are compared at once and without bcrypt; what was compared is in `asked`. */
async function guarded(options: Parameters<typeof createWebStand>[0] = {}) {
  const asked: Comparison[] = [];
  const compare = async (comparison: Comparison) => {
    asked.push(comparison);
    return comparison.password === PASSWORD;
  };
  const stand = await createWebStand({ guard: withAlice, compare, ...options });
  return { ...stand, asked };
}

test('a user with the right password reads, and a wrong one is asked again', async () => {
  const stand = await createWebStand({ guard: withAlice });
  expect((await stand.ask('/metrics', { headers: alice })).status).toBe(200);
  const wrong = await stand.ask('/metrics', { headers: basic('alice', 'open barley') });
  expect(wrong.status).toBe(401);
  expect(wrong.headers['www-authenticate']).toContain('Basic realm="twofa-prober", charset="UTF-8"');
  expect(wrong.body).not.toContain('open barley');
});

test('with users nothing is open, not even on loopback, but liveness and readiness', async () => {
  const stand = await guarded();
  for (const path of ['/', '/metrics', '/config', '/api/v1/probes']) {
    expect([path, (await stand.ask(path)).status]).toEqual([path, 401]);
  }
  expect((await stand.ask(RUN, { method: 'POST' })).status).toBe(401);
  expect((await stand.ask('/-/healthy')).status).toBe(200);
  expect((await stand.ask('/-/ready')).status).toBe(200);
});

test('a browser is asked by its own window, not sent to the form for tokens', async () => {
  const stand = await guarded();
  const answer = await stand.ask('/', { headers: BROWSER });
  expect([answer.status, answer.headers.location]).toEqual([401, undefined]);
  expect(answer.headers['www-authenticate']).toMatch(/^Basic /);
});

test('a user acts where there is no adminToken, and only looks where there is one', async () => {
  const open = await guarded();
  expect((await open.ask(RUN, { method: 'POST', headers: alice })).status).toBe(200);
  const tokens = await guarded({ auth: TOKENS });
  expect((await tokens.ask('/config', { headers: alice })).status).toBe(200);
  const refused = await tokens.ask(RUN, { method: 'POST', headers: alice });
  expect([refused.status, JSON.parse(refused.body)]).toMatchObject([403, { expected: 'the adminToken' }]);
  expect(tokens.operations.commands).toEqual([]);
});

test('a token opens the door beside the users, without one', async () => {
  const stand = await guarded({ auth: TOKENS, loopback: false });
  expect((await stand.ask('/config', { headers: bearer(READ_TOKEN) })).status).toBe(200);
  expect((await stand.ask(RUN, { method: 'POST', headers: bearer(ADMIN_TOKEN) })).status).toBe(200);
});

test('a user whose browser has logged in with the adminToken acts', async () => {
  const stand = await guarded({ auth: TOKENS });
  const body = new URLSearchParams({ token: ADMIN_TOKEN }).toString();
  const login = await stand.ask('/login', { method: 'POST', headers: { ...OWN_FORM, ...alice }, body });
  const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  expect((await stand.ask(RUN, { method: 'POST', headers: { ...alice, cookie } })).status).toBe(200);
});

test("a page of another site cannot act with the user's password that the browser adds", async () => {
  const stand = await guarded();
  const foreign = { ...alice, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await stand.ask(RUN, { method: 'POST', headers: foreign })).status).toBe(403);
  expect(stand.operations.commands).toEqual([]);
});

test('a password that was right is known: only its first request computes a hash', async () => {
  const stand = await guarded();
  for (let count = 0; count < 5; count += 1) {
    expect((await stand.ask('/metrics', { headers: alice })).status).toBe(200);
  }
  expect(stand.asked).toHaveLength(1);
});

test('a password that was right is forgotten when its hash changes', async () => {
  let hash = HASH;
  const users = () => new Map([['alice', new Secret(hash)]]);
  const stand = await guarded({ guard: () => withAlice({ users: users() }) });
  await stand.ask('/metrics', { headers: alice });
  hash = HASH.replace('$04$', '$05$');
  await stand.ask('/metrics', { headers: alice });
  expect(stand.asked.map((comparison) => comparison.hash)).toEqual([HASH, hash]);
});

test('a name that nobody has costs the same hash as one that somebody has', async () => {
  const stand = await guarded();
  expect((await stand.ask('/metrics', { headers: basic('mallory', PASSWORD) })).status).toBe(401);
  expect((await stand.ask('/metrics', { headers: basic('constructor', PASSWORD) })).status).toBe(401);
  expect(stand.asked).toEqual([
    { password: PASSWORD, hash: HASH },
    { password: PASSWORD, hash: HASH },
  ]);
});

test('after ten wrong passwords an address waits, even with the right one, and computes nothing', async () => {
  const stand = await guarded();
  for (let guess = 0; guess < 10; guess += 1) {
    expect((await stand.ask('/metrics', { headers: basic('alice', `guess ${guess}`) })).status).toBe(401);
  }
  const refused = await stand.ask('/metrics', { headers: alice });
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
  expect(stand.asked).toHaveLength(10);
  await stand.clock.advance(60_000);
  expect((await stand.ask('/metrics', { headers: alice })).status).toBe(200);
});

test('tokens and passwords are counted together', async () => {
  const stand = await guarded({ auth: TOKENS });
  for (let guess = 0; guess < 5; guess += 1) {
    await stand.ask('/metrics', { headers: basic('alice', `guess ${guess}`) });
    await stand.ask('/metrics', { headers: bearer(`guess-${guess}`) });
  }
  expect((await stand.ask('/metrics', { headers: alice })).status).toBe(429);
});

/** Comparisons that wait until they are told. */
function heldBasicAuth() {
  const held: { readonly comparison: Comparison; readonly answer: (fits: boolean) => void }[] = [];
  const throttle = createThrottle(new FakeClock());
  const auth = createBasicAuth({
    users: () => withAlice().users,
    throttle,
    compare: (comparison) => new Promise((answer) => void held.push({ comparison, answer })),
    closing: new AbortController().signal,
  });
  return { auth, held };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a burst of guesses from one address computes no more than ten hashes, one at a time', async () => {
  const { auth, held } = heldBasicAuth();
  const burst = Array.from({ length: 30 }, (_, index) =>
    auth
      .check({ user: 'alice', password: `guess ${index}` }, '192.0.2.1')
      .catch((error: Error) => error.message),
  );
  for (let count = 1; count <= 10; count += 1) {
    await settled();
    expect(held).toHaveLength(count);
    held.at(-1)?.answer(false);
  }
  const answers = await Promise.all(burst);
  expect(answers.filter((answer) => answer === false)).toHaveLength(10);
  expect(answers.filter((answer) => answer === 'too many wrong tokens or passwords')).toHaveLength(20);
});

test('guesses from many addresses wait in a short line, and those above it are sent away', async () => {
  const { auth } = heldBasicAuth();
  const guess = (index: number) => auth.check({ user: 'alice', password: `${index}` }, `192.0.2.${index}`);
  const waiting = Array.from({ length: MAX_WAITING }, (_, index) => guess(index));
  await expect(guess(MAX_WAITING)).rejects.toMatchObject({ status: 503, retryAfterSeconds: 1 });
  expect(waiting).toHaveLength(MAX_WAITING);
});

test('the requests of one page share one comparison, and a right one is counted against nobody', async () => {
  const { auth, held } = heldBasicAuth();
  const page = Array.from({ length: 20 }, () =>
    auth.check({ user: 'alice', password: PASSWORD }, '192.0.2.1'),
  );
  await settled();
  expect(held).toHaveLength(1);
  held[0]?.answer(true);
  expect(new Set(await Promise.all(page))).toEqual(new Set([true]));
  expect(await auth.check({ user: 'alice', password: PASSWORD }, '192.0.2.1')).toBe(true);
});

test('a comparison that fails is no answer, and the next one is made', async () => {
  let broken = true;
  const auth = createBasicAuth({
    users: () => withAlice().users,
    throttle: createThrottle(new FakeClock()),
    compare: () => (broken ? Promise.reject(new Error('no thread')) : Promise.resolve(true)),
    closing: new AbortController().signal,
  });
  const credentials = { user: 'alice', password: PASSWORD };
  await expect(auth.check(credentials, 'a')).rejects.toThrow('no thread');
  broken = false;
  expect(await auth.check(credentials, 'a')).toBe(true);
});

test('hashes are computed in another thread: this one goes on meanwhile, and can end it', async () => {
  const closing = new AbortController();
  const costly = '$2b$15$h0irVReF3fsLuqqjpaRTju9ysaQPuF0KJnmLn4B.EktYtt.KANQ6G';
  const computing = compareInThread({ password: 'x', hash: costly }, closing.signal);
  const ending = computing.then(String, (error: Error) => error.message);
  onTestFinished(() => closing.abort());
  const turns = Array.from({ length: 100 }, (_, turn) => turn);
  const first = await Promise.race([ending, turns.reduce((before) => before.then(settled), settled())]);
  expect(first).toBeUndefined();
  closing.abort();
  expect(await ending).toBe('the web listener closes');
});

test('the thread tells a password that fits from one that does not', async () => {
  const { signal } = new AbortController();
  expect(await compareInThread({ password: PASSWORD, hash: HASH }, signal)).toBe(true);
  expect(await compareInThread({ password: 'open barley', hash: HASH }, signal)).toBe(false);
  // As Apache's htpasswd writes it.
  expect(await compareInThread({ password: PASSWORD, hash: HASH.replace('$2b', '$2y') }, signal)).toBe(true);
});

test.each<[string, unknown]>([
  ['Basic YWxpY2U6b3BlbiBzZXNhbWU=', { user: 'alice', password: PASSWORD }],
  ['basic YWxpY2U6YTpi', { user: 'alice', password: 'a:b' }],
  ['Basic 8J+YgDrDpA==', { user: '😀', password: 'ä' }],
  ['Basic YWxpY2U=', null],
  ['Basic', null],
  ['Basic ???', null],
  ['Bearer YWxpY2U6b3BlbiBzZXNhbWU=', null],
])('the header %s carries %j', (header, credentials) => {
  expect(readCredentials(header)).toEqual(credentials);
});
