import { expect, onTestFinished, test } from 'vitest';
import { networkFailure } from '../../src/flows/http/network-failure.ts';
import { createHttpSession } from '../../src/flows/http/session.ts';
import type { FlowDeps } from '../../src/ports/login-flow.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeFlowContext } from '../support/fake-flow-context.ts';
import { flowDeps } from '../support/flow-deps.ts';
import { serve, type Received, type Reply } from '../support/login-servers/server.ts';

async function open(answer: (request: Received) => Reply, more: Partial<FlowDeps> = {}) {
  const server = await serve(answer);
  const context = new FakeFlowContext();
  const session = createHttpSession(flowDeps(server.url, more), context);
  onTestFinished(() => session.close());
  const ask = (method: string, path: string, body: string | null = null) => {
    const headers = body === null ? {} : { 'content-type': 'text/x', 'x-own': '1' };
    return session.request({ method, url: new URL(path, server.url), headers, body });
  };
  return { ask, context, session, server };
}

const REDIRECTS: readonly [number, string, string][] = [
  [301, 'POST', 'GET'],
  [302, 'POST', 'GET'],
  [303, 'POST', 'GET'],
  [307, 'POST', 'POST'],
  [308, 'POST', 'POST'],
  [301, 'PUT', 'PUT'],
  [303, 'PUT', 'GET'],
  [302, 'GET', 'GET'],
  [307, 'GET', 'GET'],
];
test.each(REDIRECTS)(
  '%i turns a %s into a %s, with its body only where the method stays',
  async (status, method, then) => {
    const { ask, server } = await open(({ path }) =>
      path === '/from' ? { status, headers: { location: 'to?x=1#frag' } } : { text: 'there' },
    );
    const answer = await ask(method, '/from', method === 'GET' ? null : 'body');
    expect(answer.text).toBe('there');
    expect(answer.url.href).toBe(`${server.url}/to?x=1`);
    expect(answer.first?.status).toBe(status);
    const second = server.received[1];
    expect(second?.method).toBe(then);
    expect(second?.body).toBe(then === 'GET' ? '' : 'body');
    expect(second?.headers['content-type']).toBe(then === 'GET' ? undefined : 'text/x');
  },
);

test.each([304, 300])('%i is an answer, not a redirect', async (status) => {
  const { ask, server } = await open(() => ({ status, headers: { location: '/else' } }));
  expect(await ask('GET', '/')).toMatchObject({ status, first: null });
  expect(server.received).toHaveLength(1);
});

test('a redirect without a Location is an answer', async () => {
  const { ask } = await open(() => ({ status: 302, text: 'hm' }));
  expect(await ask('POST', '/', 'x')).toMatchObject({ status: 302, text: 'hm', first: null });
});

test('a Location that is no address is target_unreachable', async () => {
  const { ask } = await open(() => ({ status: 302, headers: { location: 'http://[' } }));
  await expect(ask('GET', '/')).rejects.toMatchObject({
    outcome: 'target_unreachable',
    message: expect.stringContaining('redirects to what is no address') as string,
  });
});

test('each unsafe request of a chain asks for a permit of its own', async () => {
  const { ask, context } = await open(({ path }) =>
    path === '/a' ? { status: 307, headers: { location: '/b' } } : {},
  );
  await ask('POST', '/a', 'x');
  expect(context.events).toEqual(['permit', 'POST /a 307', 'permit', 'POST /b 200']);
});

test('cookies are kept by path, also those of redirects, and expire', async () => {
  const { ask, server } = await open(({ path }) => {
    if (path === '/in') {
      const cookies = ['all=1; Path=/', 'deep=2; Path=/deep', 'Bad Cookie', 'gone=3; Path=/; Max-Age=0'];
      return { status: 302, headers: { location: '/deep/x', 'set-cookie': cookies } };
    }
    return {};
  });
  const answer = await ask('GET', '/in');
  expect(answer.cookies).toEqual({ all: '1', deep: '2' });
  expect(server.received[1]?.cookies).toEqual({ all: '1', deep: '2' });
  await ask('GET', '/');
  expect(server.received[2]?.cookies).toEqual({ all: '1' });
});

test('sessions share nothing', async () => {
  const { ask, server } = await open(() => ({ headers: { 'set-cookie': 'sid=1' } }));
  await ask('GET', '/');
  const other = createHttpSession(flowDeps(server.url), new FakeFlowContext());
  onTestFinished(() => other.close());
  await other.request({ method: 'GET', url: new URL(server.url), headers: {}, body: null });
  expect(server.received[1]?.headers.cookie).toBeUndefined();
});

test('text is decoded by the charset that the answer names', async () => {
  const { ask } = await open(({ path }) => ({
    headers: { 'content-type': `text/plain; charset=${path.slice(1)}` },
    text: 'Schlüssel',
  }));
  expect((await ask('GET', '/utf-8')).text).toBe('Schlüssel');
  expect((await ask('GET', '/iso-8859-1')).text).toBe('SchlÃ¼ssel');
  expect((await ask('GET', '/klingon')).text).toBe('Schlüssel');
});

/** A clock that moves a little each time it is read, so that what happened has a length. */
class TickingClock extends FakeClock {
  #reads = 0;
  override monotonicMs(): number {
    this.#reads += 1;
    return this.#reads;
  }
}

test('the parts of a request are timed, follow one another and do not exceed the whole', async () => {
  const { ask, context, server } = await open(() => ({}), { clock: new TickingClock() });
  await ask('GET', '/one?token=s3');
  await ask('GET', '/two');
  const [one, two] = context.requests;
  expect(one).toMatchObject({ method: 'GET', path: '/one', status: 200, tlsMs: null });
  const parts = [one?.dnsMs, one?.connectMs, one?.ttfbMs].map((part) => part ?? 0);
  expect(one?.connectMs).toBeGreaterThan(0);
  expect(one?.ttfbMs).toBeGreaterThan(0);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(one?.totalMs ?? 0);
  expect(two).toMatchObject({ path: '/two', dnsMs: null, connectMs: null });
  expect(server.received).toHaveLength(2);
});

test('a name is looked up, and the look-up is timed', async () => {
  const { session, context, server } = await open(() => ({}), { clock: new TickingClock() });
  const url = new URL(server.url.replace('127.0.0.1', 'localhost'));
  await session.request({ method: 'GET', url, headers: {}, body: null });
  expect(context.requests[0]?.dnsMs).toBeGreaterThan(0);
});

test.each([
  [Object.assign(new Error('x'), { code: 'ENOTFOUND' }), "the host's name does not resolve"],
  [Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), 'has expired'],
  [Object.assign(new Error('x'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'is for another host name'],
  [new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), 'nothing listens there'],
  [new Error('secret', { cause: Object.assign(new Error('x'), { code: 'EHOSTUNREACH' }) }), 'no route'],
  [new Error('secret'), 'the connection failed (Error)'],
])('a failed connection is said in words: %s', (error, words) => {
  const failure = networkFailure({ method: 'GET', address: 'https://acme.example/login' }, error);
  expect(failure.outcome).toBe('target_unreachable');
  expect(failure.message).toContain(`GET https://acme.example/login: `);
  expect(failure.message).toContain(words);
  expect(failure.message).not.toContain('secret');
});
