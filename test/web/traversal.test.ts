import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createWebStand } from './stand.ts';

/** One raw request, its path exactly as written: clients would tidy it up. */
async function raw(port: number, target: string): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.on('data', (bytes: Buffer) => (said += bytes.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  const [head = '', body = ''] = said.split('\r\n\r\n', 2);
  return { status: Number(/^HTTP\/1.1 ([0-9]{3})/.exec(head)?.[1]), head, body };
}

const UP = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..%5c',
  '..\\',
  '....//',
  '..;/',
  '..%252f',
  '..%c0%af',
  '..%00/',
];
const PLACES = ['/assets/', '/attempts/', '/api/v1/attempts/', '/targets/', '/probes/', '/'];

test('no way up out of a path leads to a file', async () => {
  const { port } = await createWebStand();
  for (const place of PLACES) {
    for (const up of UP) {
      const target = `${place}${up.repeat(8)}etc/passwd`;
      const { status, body } = await raw(port, target);
      expect([target, status]).toEqual([
        target,
        expect.toSatisfy((code: number) => code >= 400 && code < 500),
      ]);
      expect(body).not.toMatch(/root:|ENOENT|node_modules|\/src\//);
    }
  }
});

test.each(['/assets/../auth.ts', '/assets/%2e%2e/server.ts', '/assets/.hidden', '/assets/', '/assets'])(
  'of the assets only themselves are served, not %s',
  async (target) => {
    const { port } = await createWebStand();
    expect((await raw(port, target)).status).toBe(404);
  },
);

test('an id is looked up as it is, and nothing else', async () => {
  const stand = await createWebStand();
  for (const id of [
    "' or 1=1 --",
    '*',
    '%',
    '__proto__',
    'constructor',
    '..',
    '.',
    '%00',
    'a/b',
    'x'.repeat(5000),
  ]) {
    const { status } = await raw(stand.port, `/api/v1/attempts/${encodeURIComponent(id)}`);
    expect([id.slice(0, 20), status]).toEqual([
      id.slice(0, 20),
      expect.toSatisfy((code: number) => code === 404),
    ]);
  }
});

test.each([
  '/login?next=%0d%0aSet-Cookie:%20a=b',
  '/attempts/x%0d%0aSet-Cookie:%20a=b',
  '/nothing%0d%0aSet-Cookie:%20a=b',
  '/assets/style.css%0d%0aSet-Cookie:%20a=b',
])('%s adds no header to its answer', async (target) => {
  const { port } = await createWebStand();
  const { head } = await raw(port, target);
  expect(head).not.toMatch(/set-cookie/i);
});

test('a path that is not percent-encoded rightly is a 400 in words', async () => {
  const { port } = await createWebStand();
  for (const target of ['/attempts/%', '/attempts/%zz', '/attempts/%ff%fe', '/probes/%c3%28']) {
    const { status, body } = await raw(port, target);
    expect([target, status]).toEqual([target, 400]);
    expect(body).toContain('malformed');
  }
});
