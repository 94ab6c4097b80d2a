import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { TargetUnreachable } from '../../src/domain/failure.ts';
import type { FlowDeps } from '../../src/ports/login-flow.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeFlowContext, runFlow, type FakeFlowOptions } from '../support/fake-flow-context.ts';
import { createFlow, flowDeps } from '../support/flow-deps.ts';
import { SELF_SIGNED } from '../support/login-servers/self-signed.ts';
import { serve, serveRaw } from '../support/login-servers/server.ts';

const LOGIN = `
steps:
  - { stage: login, post: '/login?tenant=t-77', form: { user: '{{username}}', pass: '{{password}}' } }
  - { stage: verify, post: /code, form: { code: '{{code}}' } }
`;

async function attempt(
  url: string,
  more: Partial<FlowDeps> = {},
  options: FakeFlowOptions = {},
  yaml = LOGIN,
) {
  const context = new FakeFlowContext({ codes: () => ['123456'], ...options });
  const ended = await runFlow(createFlow('http', yaml, flowDeps(url, more)), context);
  for (const secret of ['right horse', 't-77', '123456']) expect(ended.reason).not.toContain(secret);
  return { ...ended, context };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return (server.address() as AddressInfo).port;
}

/** A promise and what fulfils it. */
const signal = () => Promise.withResolvers<void>();

test('a body of 50 MB is cut at 2 MB, and the connection is destroyed', async () => {
  const closed = signal();
  let written = 0;
  const url = await serveRaw(async (_request, response) => {
    response.on('close', closed.resolve);
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    for (; written < 50 && !response.destroyed; written += 1) {
      if (response.write(megabyte)) continue;
      await Promise.race([new Promise((resolve) => response.once('drain', resolve)), closed.promise]);
    }
  });
  const ended = await attempt(url);
  expect(ended).toMatchObject({ outcome: 'target_unreachable', logout: 'none' });
  expect(ended.reason).toContain('larger than 2 MB');
  await closed.promise;
  expect(written).toBeLessThan(50);
});

test('a body that never ends runs into the time limit, and the connection is destroyed', async () => {
  const clock = new FakeClock();
  const [started, closed] = [signal(), signal()];
  const url = await serveRaw((_request, response) => {
    response.on('close', closed.resolve);
    response.write('<html>', () => started.resolve());
  });
  const ending = attempt(url, { clock, timeoutMs: 3000 });
  await started.promise;
  await clock.advance(3000);
  const ended = await ending;
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain('no complete answer within 3000 ms');
  await closed.promise;
  expect(clock.waiting).toBe(0);
});

test('a target that never answers runs into the time limit', async () => {
  const clock = new FakeClock();
  const asked = signal();
  const url = await serveRaw(() => asked.resolve());
  const ending = attempt(url, { clock, timeoutMs: 20_000 });
  await asked.promise;
  await clock.advance(19_999);
  await clock.advance(1);
  const ended = await ending;
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.context.requests).toMatchObject([
    { status: null, path: '/login', ttfbMs: null, totalMs: 20_000 },
  ]);
});

test('an abort ends the attempt at once, with its own reason', async () => {
  const [asked, closed] = [signal(), signal()];
  const url = await serveRaw((_request, response) => {
    response.on('close', closed.resolve);
    asked.resolve();
  });
  const stop = new AbortController();
  const ending = attempt(url, {}, { signal: stop.signal });
  await asked.promise;
  stop.abort(new TargetUnreachable('stopped by the test'));
  expect(await ending).toMatchObject({ outcome: 'target_unreachable', reason: 'stopped by the test' });
  await closed.promise;
});

test('nothing is written when the attempt has ended before', async () => {
  const server = await serve(() => ({}));
  const signal = AbortSignal.abort(new TargetUnreachable('over'));
  expect(await attempt(server.url, {}, { signal })).toMatchObject({ reason: 'over' });
  expect(server.received).toHaveLength(0);
});

test('a connection that is reset is target_unreachable', async () => {
  const url = await serveRaw((request) => {
    request.socket.resetAndDestroy();
  });
  const ended = await attempt(url);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toMatch(
    /POST http.*\/login: the connection was (reset|closed) .*\((ECONNRESET|UND_ERR_SOCKET)\)/,
  );
});

test('an answer that breaks off is target_unreachable', async () => {
  const url = await serveRaw((_request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('half', () => response.destroy());
  });
  expect((await attempt(url)).reason).toContain('before the answer was complete');
});

test('a port where nothing listens is target_unreachable', async () => {
  const server = createTcpServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  await new Promise((resolve) => {
    server.close(resolve);
  });
  const ended = await attempt(`http://127.0.0.1:${port}`);
  expect(ended.reason).toContain('connection refused: nothing listens there (ECONNREFUSED)');
});

test('a server that does not speak HTTP is target_unreachable', async () => {
  const port = await listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.end('SSH-2.0-OpenSSH_9.9\r\n\r\n');
    }),
  );
  const ended = await attempt(`http://127.0.0.1:${port}`);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain('the answer is not HTTP');
});

test('headers without end are target_unreachable', async () => {
  const url = await serveRaw((_request, response) => {
    response.writeHead(200, { 'x-long': 'x'.repeat(60_000) });
    response.end();
  });
  expect((await attempt(url)).reason).toContain('larger than 16 KB');
});

test('a certificate that nobody vouches for is target_unreachable, and gets no credentials', async () => {
  let asked = 0;
  const port = await listen(createTlsServer(SELF_SIGNED, () => (asked += 1)));
  const ended = await attempt(`https://127.0.0.1:${port}`);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain('the TLS certificate');
  expect(asked).toBe(0);
});

test('TLS to a port without TLS is target_unreachable', async () => {
  const server = await serve(() => ({}));
  const ended = await attempt(server.url.replace('http:', 'https:'));
  expect(ended.reason).toContain('the TLS handshake failed');
});

test('a redirect loop ends after ten redirects, in words', async () => {
  const server = await serve(() => ({ status: 302, headers: { location: '/login' } }));
  const ended = await attempt(server.url);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain('a redirect loop');
  expect(server.received).toHaveLength(11);
});

test('a redirect to another origin is not followed: it never sees credentials or cookies', async () => {
  const other = await serve(() => ({}));
  const server = await serve(() => ({
    status: 307,
    headers: { location: `${other.url}/login?next=1`, 'set-cookie': 'sid=1' },
  }));
  const ended = await attempt(server.url);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain(`redirects to ${other.url}, which is not the target`);
  expect(ended.reason).not.toContain('next=1');
  expect(other.received).toHaveLength(0);
});

test('a redirect to an origin that is listed is followed', async () => {
  const other = await serve(() => ({}));
  const server = await serve(() => ({ status: 307, headers: { location: `${other.url}/in` } }));
  const ended = await attempt(server.url, { origins: [other.url] });
  expect(ended.outcome).toBe('ok');
  expect(other.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /in', 'POST /in']);
});

test('a form that goes to another origin is not sent', async () => {
  const other = await serve(() => ({}));
  const server = await serve(() => ({
    html: `<form method=post action="${other.url}/steal"><input name=u></form>`,
  }));
  const yaml = `
steps:
  - { stage: login, get: / }
  - { stage: login, submit: form, fields: { u: '{{password}}' } }
  - { stage: verify, get: / }
`;
  const ended = await attempt(server.url, {}, {}, yaml);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain('not sent');
  expect(other.received).toHaveLength(0);
});

test.each([500, 503])('%i is target_unreachable', async (status) => {
  const server = await serve(() => ({ status }));
  const ended = await attempt(server.url);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain(`POST /login answered ${status}`);
});

test('429 is rate_limited and carries the wish in seconds', async () => {
  const server = await serve(() => ({ status: 429, headers: { 'retry-after': '120' } }));
  expect(await attempt(server.url)).toMatchObject({ outcome: 'rate_limited', retryAfterMs: 120_000 });
});

test('429 may carry its wish as a date', async () => {
  const clock = new FakeClock();
  const until = new Date(clock.now() + 60_000).toUTCString();
  const server = await serve(() => ({ status: 429, headers: { 'retry-after': until } }));
  expect(await attempt(server.url, { clock })).toMatchObject({
    outcome: 'rate_limited',
    retryAfterMs: 60_000,
  });
});

test('an answer that no rule knows is target_unreachable', async () => {
  const server = await serve(() => ({ status: 418, text: 'right horse' }));
  const ended = await attempt(server.url);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain('418 (text/plain, 11 characters): expected a 2xx');
});

const bomb = Buffer.alloc(50 * 1024 * 1024);
test.each([
  ['gzip', gzipSync(bomb)],
  ['deflate', deflateSync(bomb)],
  ['br', brotliCompressSync(bomb)],
  ['gzip, gzip', gzipSync(gzipSync(bomb))],
])('a %s bomb is not unpacked beyond 2 MB', async (encoding, packed) => {
  expect(packed.length).toBeLessThan(100_000);
  const url = await serveRaw((_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding });
    response.end(packed);
  });
  const ended = await attempt(url);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toContain('larger than 2 MB');
});

test.each([
  ['gzip', 'no gzip at all', 'not what its Content-Encoding says'],
  ['zstd', 'x', 'none of gzip, deflate, br'],
])('a body that is not %s is target_unreachable', async (encoding, body, words) => {
  const server = await serve(() => ({ headers: { 'content-encoding': encoding }, text: body }));
  expect((await attempt(server.url)).reason).toContain(words);
});

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
])('%s is unpacked', async (encoding, pack) => {
  const url = await serveRaw((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-encoding': encoding, 'content-type': 'application/json' });
    response.end(pack(Buffer.from('{"ok":"jä"}')));
  });
  const yaml = `
steps:
  - { stage: login, get: /, when: [ { json: { /ok: jä }, is: next } ] }
  - { stage: verify, get: / }
`;
  expect((await attempt(url, {}, {}, yaml)).outcome).toBe('ok');
});

const PAGES: readonly [string, string][] = [
  ['nested without end', '<div><b>'.repeat(200_000)],
  ['of a million elements', '<br>'.repeat(500_000)],
  [
    'of garbage',
    Array.from({ length: 1_900_000 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 90))).join(''),
  ],
  ['that opens a tag and never closes it', `<a ${'x=1 '.repeat(400_000)}`],
];
test.each(PAGES)('a page %s is target_unreachable, whatever the rules ask of it', async (_name, html) => {
  const server = await serve(() => ({ html }));
  const yaml = `
steps:
  - { stage: login, get: /, when: [ { has: 'div > .error', is: login_refused }, { text: '/lo+cked|(a|b)*c$/i', is: rate_limited } ] }
  - { stage: verify, get: / }
`;
  const ended = await attempt(server.url, {}, {}, yaml);
  expect(ended.outcome).toBe('target_unreachable');
});

test('when the lease is lost at t0, nothing is written', async () => {
  const server = await serve(() => ({}));
  const yaml = LOGIN.replace('/login?tenant=t-77,', '/login,').replace(
    'form: { user',
    'sends: true, form: { user',
  );
  const options: FakeFlowOptions = {
    written: () => {
      throw new TargetUnreachable('the lease is lost');
    },
  };
  expect(await attempt(server.url, {}, options, yaml)).toMatchObject({ reason: 'the lease is lost' });
  expect(server.received).toHaveLength(0);
});
