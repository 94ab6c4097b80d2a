import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { connect as connectPlain } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import type { WebGuard } from '../../src/ports/web-guard.ts';
import { namesOf } from '../../src/web/client-names.ts';
import { AUTHORITY, CLIENT, RENEWED, STRANGER } from '../support/certificates.ts';
import { aGuard, aTls } from '../support/web-guards.ts';
import { createWebStand, READ_TOKEN, TOKENS } from './stand.ts';

const DNS_NAME = 'prometheus.example';

/** One connection's answer: its status, or how it ended without one. */
async function ask(
  port: number,
  options: ConnectionOptions = {},
  path = '/metrics',
): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage | string>();
  const sent = request(
    { host: '127.0.0.1', port, path, ca: AUTHORITY, agent: false, ...options },
    (response) => resolve(response.resume()),
  );
  sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  sent.end();
  const answer = await promise;
  return typeof answer === 'string' ? answer : (answer.statusCode ?? 0);
}

const standWith = (guard: Partial<WebGuard>) => createWebStand({ guard: () => aGuard(guard) });

async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: AUTHORITY, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

test('with a certificate the listener speaks TLS, and nothing else', async () => {
  const { port } = await standWith({ tls: aTls() });
  expect(await ask(port)).toBe(200);
  expect((await handshake(port)).getProtocol()).toBe('TLSv1.3');
  const plain = connectPlain(port, '127.0.0.1');
  plain.on('error', () => undefined);
  plain.write('GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  let said = '';
  plain.on('data', (bytes: Buffer) => (said += bytes.toString('latin1')));
  await once(plain, 'close');
  expect(said).not.toContain('HTTP/1.1 200');
});

test('TLS 1.2 is spoken unless min_version forbids it, and older ones never', async () => {
  const { port } = await standWith({ tls: aTls() });
  expect(await ask(port, { maxVersion: 'TLSv1.2' })).toBe(200);
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  expect(await ask(port, old)).toMatch(/^(ERR_SSL|EPROTO|ECONNRESET)/);
  const strict = await standWith({ tls: aTls(undefined, { minVersion: 'TLSv1.3' }) });
  expect(await ask(strict.port, { maxVersion: 'TLSv1.2' })).toMatch(/^(ERR_SSL|EPROTO|ECONNRESET)/);
  expect(await ask(strict.port)).toBe(200);
});

test('the ciphers of TLS 1.2 and the curves are those of the file', async () => {
  const tls = aTls(undefined, { ciphers: ['ECDHE-ECDSA-AES256-GCM-SHA384'], curves: ['P-384'] });
  const { port } = await standWith({ tls });
  const socket = await handshake(port, { maxVersion: 'TLSv1.2' });
  expect(socket.getCipher().name).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
  expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: 'secp384r1' });
  expect(await ask(port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).toMatch(/^E/);
  expect((await handshake(port)).getProtocol()).toBe('TLSv1.3');
});

test('a client must show a certificate of the authority where the file says so', async () => {
  const { port } = await standWith({ tls: aTls(undefined, { clientCertificate: 'checked' }) });
  expect(await ask(port)).toMatch(/^(ERR_SSL|ECONNRESET|EPIPE)/);
  expect(await ask(port, STRANGER)).toMatch(/^(ERR_SSL|ECONNRESET|EPIPE)/);
  expect(await ask(port, CLIENT)).toBe(200);
});

test.each([
  ['none', 200, 200, 200],
  ['asked', 200, 200, 200],
  ['any', 'refused', 200, 200],
  ['checked_if_given', 200, 'refused', 200],
  ['checked', 'refused', 'refused', 200],
] as const)(
  'clientCertificate %s: without one %s, of a stranger %s, of a client %s',
  async (kind, ...expected) => {
    const { port } = await standWith({ tls: aTls(undefined, { clientCertificate: kind }) });
    const answers = [await ask(port), await ask(port, STRANGER), await ask(port, CLIENT)];
    expect(answers.map((answer) => (answer === 200 ? 200 : 'refused'))).toEqual(expected);
  },
);

test('of the certificates that are good, only those with a listed name pass', async () => {
  const tls = (clientNames: string[]) => aTls(undefined, { clientCertificate: 'checked', clientNames });
  const named = await standWith({ tls: tls(['grafana.example', DNS_NAME]) });
  expect(await ask(named.port, CLIENT)).toBe(200);
  const byUri = await standWith({ tls: tls(['spiffe://acme/prometheus']) });
  expect(await ask(byUri.port, CLIENT)).toBe(200);
  const others = await standWith({ tls: tls(['grafana.example', 'example', '*.example']) });
  expect(await ask(others.port, CLIENT)).toMatch(/^(ECONNRESET|EPIPE|ERR_SSL)/);
});

test.each<[string, readonly string[]]>([
  [
    'DNS:a.example, IP Address:192.0.2.1, email:me@b.example, URI:spiffe://c',
    ['a.example', '192.0.2.1', 'me@b.example', 'spiffe://c'],
  ],
  ['DNS:"good.example\\u002c DNS:evil.example"', ['good.example, DNS:evil.example']],
  ['DirName:"CN = x, DNS:good.example, DNS:other", DNS:own.example', ['own.example']],
  ['othername:<unsupported>, DNS:own.example', ['own.example']],
  ['', []],
])('the names in %s', (subjectAltName, names) => {
  expect(namesOf({ subjectAltName })).toEqual(names);
});

test('a renewed certificate is used for new connections, while old ones go on', async () => {
  let tls = aTls();
  const stand = await createWebStand({ guard: () => aGuard({ tls }) });
  const before = await handshake(stand.port);
  expect(before.getPeerCertificate().subject.CN).toBe('server one');
  tls = aTls(RENEWED);
  stand.renewCertificate();
  expect((await handshake(stand.port)).getPeerCertificate().subject.CN).toBe('server two');
  before.write('GET /-/healthy HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
  const [answer] = (await once(before, 'data')) as [Buffer];
  expect(answer.toString()).toContain('200 OK');
});

test('a session from before a renewal is not taken up again', async () => {
  const stand = await standWith({ tls: aTls(undefined, { maxVersion: 'TLSv1.2' }) });
  const first = await handshake(stand.port);
  const session = first.getSession();
  expect((await handshake(stand.port, { session })).isSessionReused()).toBe(true);
  stand.renewCertificate();
  expect((await handshake(stand.port, { session })).isSessionReused()).toBe(false);
});

test('whoever has shown a good certificate needs no token, where there is none', async () => {
  const guard = () => aGuard({ tls: aTls(undefined, { clientCertificate: 'checked' }) });
  const stand = await createWebStand({ guard, loopback: false });
  expect(await ask(stand.port, CLIENT, '/config')).toBe(200);
  const withTokens = await createWebStand({ guard, loopback: false, auth: TOKENS });
  expect(await ask(withTokens.port, CLIENT, '/config')).toBe(401);
});

test('the session cookie never leaves TLS', async () => {
  const { port } = await createWebStand({ guard: () => aGuard({ tls: aTls() }), auth: TOKENS });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = request(
    { host: '127.0.0.1', port, path: '/login', method: 'POST', ca: AUTHORITY, headers, agent: false },
    resolve,
  );
  sent.once('error', reject);
  sent.end(`token=${READ_TOKEN}`);
  const answer = await promise;
  answer.resume();
  expect(answer.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
});
