import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { InboundMessage } from '../../src/domain/message.ts';
import type { HookRequest, Inbox } from '../../src/ports/inbox.ts';
import { StoreDown } from '../../src/ports/store.ts';
import { createHooksServer, type HooksDeps } from '../../src/web/hooks.ts';

/** An inbox that takes every body as a message's text, but for a few that it refuses or breaks on. */
function echoInbox(seen: HookRequest[] = []): Inbox {
  return {
    hook: {
      methods: ['POST', 'PUT'],
      receive(request) {
        seen.push(request);
        const body = request.body.toString();
        if (body === 'bad') return { accepted: false, status: 403, reason: 'the signature does not match' };
        if (body === 'bug 493021') throw new TypeError(`cannot read ${body}`);
        const message: InboundMessage = {
          inbox: 'main',
          providerId: body,
          to: '+15005550111',
          from: 'ACME',
          body,
          arrived: request.arrived,
          uncertaintyMs: 0,
          times: [],
          redacted: false,
        };
        const reply = { status: 201, contentType: 'text/xml', body: '<Response/>' };
        return { accepted: true, messages: [message], reply };
      },
    },
  };
}

interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly fields: unknown;
}

async function start(given: Partial<HooksDeps> = {}) {
  const kept: string[] = [];
  const seen: HookRequest[] = [];
  const lines: LogLine[] = [];
  let stamps = 0;
  const server = createHooksServer({
    inboxes: new Map<string, Inbox>([
      ['main', echoInbox(seen)],
      ['polled', {}],
    ]),
    accept: async (inbox, messages) => {
      kept.push(...messages.map((message) => `${inbox}/${message.body}`));
    },
    stamp: () => ({ at: 1000, monotonicMs: (stamps += 1), boot: 'b1' }),
    logger: { log: (level, event, fields) => lines.push({ level, event, fields }) },
    ...given,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  onTestFinished(() => server.close());
  return { server, port, kept, seen, lines, url: `http://127.0.0.1:${port}` };
}

const post = (url: string, body: string | Uint8Array<ArrayBuffer>, init: RequestInit = {}) =>
  fetch(url, { method: 'POST', body, headers: { connection: 'close' }, ...init });

/** All that the server says on a raw connection until it closes it. */
async function untilClosed(socket: Socket): Promise<string> {
  let said = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => (said += text));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return said;
}

test('a message is answered as its inbox says, after it was kept', async () => {
  const { url, kept, seen } = await start();
  const answer = await post(`${url}/hooks/main?a=1`, 'hello');
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    201,
    'text/xml',
    '<Response/>',
  ]);
  expect(kept).toEqual(['main/hello']);
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/hooks/main?a=1', arrived: { monotonicMs: 1 } });
});

test('nothing is answered before the message is durable', async () => {
  const keeping = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const { url } = await start({
    accept: () => {
      asked.resolve();
      return keeping.promise;
    },
  });
  let answered = false;
  const answer = post(`${url}/hooks/main`, 'hello').then((response) => {
    answered = true;
    return response.status;
  });
  await asked.promise;
  await fetch(`${url}/hooks/nobody`);
  expect(answered).toBe(false);
  keeping.resolve();
  expect(await answer).toBe(201);
});

test('what an inbox held back for a message may go once it is durable, and not before', async () => {
  const events: string[] = [];
  const reply = { status: 200, contentType: 'text/plain', body: 'ok' };
  const receive = async () =>
    ({ accepted: true, messages: [], reply, kept: () => events.push('kept') }) as const;
  let broken = true;
  const { url } = await start({
    inboxes: new Map<string, Inbox>([['main', { hook: { methods: ['POST'], receive } }]]),
    accept: async () => {
      events.push('stored');
      if (broken) throw new StoreDown('the disk is full');
    },
  });
  expect((await post(`${url}/hooks/main`, 'hello')).status).toBe(503);
  broken = false;
  expect((await post(`${url}/hooks/main`, 'hello')).status).toBe(200);
  expect(events).toEqual(['stored', 'stored', 'kept']);
});

test('an inbox that needs something more has the provider send it again', async () => {
  const receive = async () => ({ accepted: false, status: 503, reason: 'part 1 of 2' }) as const;
  const { url, kept } = await start({
    inboxes: new Map<string, Inbox>([['main', { hook: { methods: ['POST'], receive } }]]),
  });
  const answer = await post(`${url}/hooks/main`, 'hello');
  expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
    503,
    '5',
    'part 1 of 2',
  ]);
  expect(kept).toEqual([]);
});

test('every path but the hooks of inboxes that take them is a bare 404', async () => {
  const { url, lines } = await start();
  for (const path of [
    '/',
    '/metrics',
    '/hooks',
    '/hooks/',
    '/hooks/nobody',
    '/hooks/polled',
    '/hooks/main/x',
  ]) {
    const answer = await post(`${url}${path}`, 'hello');
    expect([path, answer.status, await answer.text()]).toEqual([path, 404, '']);
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('server')).toBeNull();
  }
  expect(lines).toEqual([]);
});

test('names from the prototype of objects are no inboxes', async () => {
  const { url } = await start();
  expect((await post(`${url}/hooks/__proto__`, 'hello')).status).toBe(404);
  expect((await post(`${url}/hooks/constructor`, 'hello')).status).toBe(404);
});

test('a method that the inbox does not declare is a 405 that lists those it does', async () => {
  const { url, seen } = await start();
  const answer = await fetch(`${url}/hooks/main`);
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, PUT']);
  expect(seen).toEqual([]);
});

test('a refusal passes on its status and reason, and is logged', async () => {
  const { url, kept, lines } = await start();
  const answer = await post(`${url}/hooks/main`, 'bad');
  expect([answer.status, await answer.text()]).toEqual([403, 'the signature does not match']);
  expect(kept).toEqual([]);
  expect(lines).toEqual([
    {
      level: 'warn',
      event: 'hook_refused',
      fields: { inbox: 'main', status: 403, reason: 'the signature does not match' },
    },
  ]);
});

test('a body of exactly the limit is read, one byte more is a 413 on a closing connection', async () => {
  const { url, seen } = await start();
  expect((await post(`${url}/hooks/main`, 'x'.repeat(65_536))).status).toBe(201);
  const answer = await post(`${url}/hooks/main`, 'x'.repeat(65_537), { headers: {} });
  expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'close']);
  expect(seen).toHaveLength(1);
});

test('a body that never ends is cut off after a bounded read', async () => {
  const { port, seen } = await start();
  const sending = httpRequest({ port, host: '127.0.0.1', path: '/hooks/main', method: 'POST' });
  const closed = new Promise((resolve) => sending.on('close', resolve));
  sending.on('error', () => undefined);
  sending.on('response', (response) => response.resume());
  let sent = 0;
  const pump = () => {
    while (!sending.destroyed && sent < 200_000_000) {
      sent += 65_536;
      if (!sending.write(Buffer.alloc(65_536, 'x'))) break;
    }
  };
  sending.on('drain', pump);
  pump();
  await closed;
  expect(sent).toBeLessThan(50_000_000);
  expect(seen).toEqual([]);
});

test('a compressed body is refused unopened', async () => {
  const { url, seen } = await start();
  const answer = await post(`${url}/hooks/main`, 'x', { headers: { 'content-encoding': 'gzip' } });
  expect(answer.status).toBe(415);
  expect(seen).toEqual([]);
});

test('while the store is down a provider is asked to come again', async () => {
  const { url, lines } = await start({
    accept: () => Promise.reject(new StoreDown('the disk is full')),
  });
  const answer = await post(`${url}/hooks/main`, 'hello');
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answer.text()).not.toContain('disk');
  expect(lines[0]).toMatchObject({ level: 'error', event: 'hook_not_kept' });
});

test('a bug in an inbox is a 500 that neither shows nor logs the body', async () => {
  const { url, lines, kept } = await start();
  const answer = await post(`${url}/hooks/main`, 'bug 493021');
  expect([answer.status, await answer.text()]).toEqual([500, 'internal error']);
  expect(lines[0]).toMatchObject({ event: 'hook_failed', fields: { inbox: 'main', error: 'TypeError' } });
  expect(JSON.stringify(lines)).not.toContain('493021');
  expect((await post(`${url}/hooks/main`, 'next')).status).toBe(201);
  expect(kept).toEqual(['main/next']);
});

test('a caller who trickles headers is cut off with a 408', async () => {
  const { port, seen } = await start({ limits: { requestMs: 20, checkMs: 10 } });
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /hooks/main HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 408 /);
  expect(seen).toEqual([]);
});

test('a caller who trickles the body is cut off too, and others are served meanwhile', async () => {
  const { port, url, seen } = await start({ limits: { requestMs: 300, checkMs: 20 } });
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
  const closed = untilClosed(socket);
  expect((await post(`${url}/hooks/main`, 'quick')).status).toBe(201);
  expect(await closed).toMatch(/^HTTP\/1.1 408 /);
  expect(seen.map((request) => request.body.toString())).toEqual(['quick']);
});

test('a caller who leaves in the middle of a body harms nobody', async () => {
  const { port, url, seen } = await start();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
  socket.destroy();
  expect((await post(`${url}/hooks/main`, 'next')).status).toBe(201);
  expect(seen).toHaveLength(1);
});

test.each(['GARBAGE\r\n\r\n', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`])(
  'what is no request at all is closed with a 4xx: %#',
  async (bytes) => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 4[0-9]{2} /);
  },
);

test('connections above the limit are dropped', async () => {
  const { port } = await start({ limits: { connections: 1 } });
  const first = connect(port, '127.0.0.1');
  onTestFinished(() => void first.destroy());
  await once(first, 'connect');
  const second = connect(port, '127.0.0.1');
  expect(await untilClosed(second)).toBe('');
});

test('many messages at once are each kept once, stamped in their order of arrival', async () => {
  const { url, kept, seen } = await start();
  const bodies = Array.from({ length: 100 }, (_, index) => `message ${index}`);
  const answers = await Promise.all(bodies.map((body) => post(`${url}/hooks/main`, body)));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
  expect(kept.toSorted()).toEqual(bodies.map((body) => `main/${body}`).toSorted());
  expect(new Set(seen.map((request) => request.arrived.monotonicMs)).size).toBe(100);
});

test('repeated headers reach the inbox joined', async () => {
  const { port, seen } = await start();
  const sending = httpRequest({
    port,
    host: '127.0.0.1',
    path: '/hooks/main',
    method: 'POST',
    headers: { 'X-Signature': ['one', 'two'], connection: 'close' },
  });
  sending.end('hello');
  const [response] = await once(sending, 'response');
  response.resume();
  expect(seen[0]?.headers['x-signature']).toBe('one, two');
});

test('closing waits for what is being kept, and cuts off what is half sent', async () => {
  const keeping = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const { server, port, url } = await start({
    accept: () => {
      asked.resolve();
      return keeping.promise;
    },
  });
  const half = connect(port, '127.0.0.1');
  half.write('POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
  const cut = untilClosed(half);
  const answer = post(`${url}/hooks/main`, 'hello');
  await asked.promise;
  const closed = server.close();
  keeping.resolve();
  expect((await answer).status).toBe(201);
  await closed;
  expect(await cut).toBe('');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('an address that is taken is told with its port, and where to set another', async () => {
  const { port } = await start();
  const second = createHooksServer({
    inboxes: new Map(),
    accept: async () => undefined,
    stamp: () => ({ at: 0, monotonicMs: 0, boot: 'b1' }),
    logger: { log: () => undefined },
  });
  await expect(second.listen('127.0.0.1', port)).rejects.toThrow(
    `127.0.0.1:${port} is in use already (EADDRINUSE): stop what listens there, or set another hooks.listen`,
  );
  await expect(second.listen('192.0.2.1', 0)).rejects.toThrow(
    '192.0.2.1:0 is no address of this machine (EADDRNOTAVAIL): set another hooks.listen',
  );
});

test('inboxes may change while the server runs', async () => {
  const inboxes = new Map<string, Inbox>();
  const { url } = await start({ inboxes });
  expect((await post(`${url}/hooks/new`, 'hello')).status).toBe(404);
  inboxes.set('new', echoInbox());
  expect((await post(`${url}/hooks/new`, 'hello')).status).toBe(201);
});

test('what goes wrong with a request is told by what it is, beside the answer', async () => {
  const failed: string[] = [];
  let isDown = false;
  const { url } = await start({
    failed: (inbox, error) => void failed.push(`${inbox} ${error}`),
    accept: async () => {
      if (isDown) throw new StoreDown('the disk is full');
    },
  });
  const send = async (body: string) => (await post(`${url}/hooks/main`, body)).status;
  const asked = await fetch(`${url}/hooks/main`);
  expect([await send('bad'), await send('fine'), asked.status]).toEqual([403, 201, 405]);
  isDown = true;
  expect(await send('fine')).toBe(503);
  expect((await post(`${url}/hooks/nobody`, 'bad')).status).toBe(404);
  expect(failed.sort()).toEqual(['main request', 'main signature', 'main store']);
});
