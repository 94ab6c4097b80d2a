import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createWebStand } from './stand.ts';

/** Clients that begin in some way and do not go on. */
const BEGINNINGS = [
  '',
  'G',
  'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ',
  'POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"to',
  'POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{',
  '\u0016\u0003\u0001\u0002',
];

async function begin(port: number, bytes: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

test('hundreds of callers who begin and do not go on keep nobody waiting', async () => {
  const { port, ask } = await createWebStand();
  await Promise.all(
    Array.from({ length: 300 }, (_, index) => begin(port, BEGINNINGS[index % BEGINNINGS.length] ?? '')),
  );
  expect((await ask('/metrics')).status).toBe(200);
  expect((await ask('/')).status).toBe(200);
});

test.each([
  ['a body above the limit', 'application/json', `{"token":"${'x'.repeat(20_000)}"}`, 413],
  ['a body that is no JSON', 'application/json', '{"token":', 400],
  ['a body in an unknown charset', 'application/json; charset=x-none', '{}', 415],
  ['a compressed bomb of unknown kind', 'application/json', '{}', 415],
  ['a field twice', 'application/x-www-form-urlencoded', 'token=a&token=b', 400],
  ['a field that is a map', 'application/json', '{"token":{"$ne":""}}', 400],
  ['a prototype', 'application/json', '{"__proto__":{"token":"x"}}', 400],
])('%s is refused in words', async (what, type, body, status) => {
  const { ask } = await createWebStand();
  const encoding = what.includes('compressed') ? { 'content-encoding': 'zstd-none' } : {};
  const answer = await ask('/login', {
    method: 'POST',
    headers: { 'content-type': type, ...encoding },
    body,
  });
  expect(answer.status).toBe(status);
  expect(answer.body).not.toMatch(/ at |node_modules|SyntaxError/);
});
