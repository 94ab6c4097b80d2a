import { expect, test } from 'vitest';
import { ADMIN_TOKEN, bearer, createWebStand, OWN_FORM, TOKENS, type Ask } from './stand.ts';

const RUN = '/api/v1/probes/acme-sms/run';

test.each<[string, Ask['headers']]>([
  ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a page of a sister site', { 'sec-fetch-site': 'same-site' }],
  ['an older browser on another site', { origin: 'https://evil.example' }],
  ['a sandboxed frame', { origin: 'null' }],
  ['a hidden form that says it is JSON', { origin: 'http://evil.example', 'content-type': 'text/plain' }],
  ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
])('%s makes a browser do nothing here', async (_who, headers = {}) => {
  const stand = await createWebStand();
  const answer = await stand.ask(RUN, { method: 'POST', headers });
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.body)).toMatchObject({ expected: 'the same origin' });
  expect(stand.operations.commands).toEqual([]);
});

test('our own page and programs may act', async () => {
  const stand = await createWebStand();
  const origin = `http://127.0.0.1:${stand.port}`;
  for (const headers of [OWN_FORM, { origin }, {}]) await stand.ask(RUN, { method: 'POST', headers });
  expect(stand.operations.commands).toHaveLength(3);
});

test("a session does not help another site, a program's token needs no origin", async () => {
  const stand = await createWebStand({ auth: TOKENS });
  const body = `token=${ADMIN_TOKEN}`;
  const { headers } = await stand.ask('/login', { method: 'POST', headers: OWN_FORM, body });
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const foreign = { origin: 'https://evil.example' };
  expect((await stand.ask(RUN, { method: 'POST', headers: { ...foreign, cookie } })).status).toBe(403);
  expect(
    (await stand.ask(RUN, { method: 'POST', headers: { ...foreign, ...bearer(ADMIN_TOKEN) } })).status,
  ).toBe(200);
});

test('another site may link to the page', async () => {
  const stand = await createWebStand();
  expect((await stand.ask('/', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
});

test.each(['evil.example', 'evil.example:9823', 'localhost.evil.example', '127.0.0.1.evil.example'])(
  'a page whose name %s was rebound to this machine gets nothing',
  async (host) => {
    const stand = await createWebStand();
    for (const path of ['/', '/metrics', '/api/v1/probes']) {
      expect((await stand.ask(path, { headers: { host } })).status).toBe(403);
    }
    const headers = { host, 'sec-fetch-site': 'same-origin', origin: `http://${host}` };
    await stand.ask(RUN, { method: 'POST', headers });
    expect(stand.operations.commands).toEqual([]);
  },
);

test.each([
  'localhost',
  'localhost:9823',
  '127.0.0.1:9823',
  '127.3.2.1',
  '[::1]:9823',
  'demo.localhost',
  'PROBER.lan:1',
])('this machine is asked for as %s', async (host) => {
  const stand = await createWebStand({ hosts: ['prober.lan'] });
  expect((await stand.ask('/', { headers: { host } })).status).toBe(200);
});

test('with tokens any name will do', async () => {
  const stand = await createWebStand({ auth: TOKENS });
  const headers = { host: 'prober.acme.example', ...bearer(ADMIN_TOKEN) };
  expect((await stand.ask('/', { headers })).status).toBe(200);
});
