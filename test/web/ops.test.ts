import { expect, test } from 'vitest';
import { StoreDown } from '../../src/ports/store.ts';
import { aSnapshot, FakeOperations } from '../support/fake-operations.ts';
import { createWebStand } from './stand.ts';

test('healthy as long as it answers', async () => {
  const stand = await createWebStand();
  expect(await stand.ask('/-/healthy')).toMatchObject({ status: 200, body: 'healthy\n' });
});

test('not ready says why, one reason a line', async () => {
  const reasons = ['the store is locked by pid 7', 'inbox sim-rack is down'];
  const stand = await createWebStand({
    operations: new FakeOperations(aSnapshot({ ready: { ok: false, reasons } })),
  });
  expect(await stand.ask('/-/ready')).toMatchObject({
    status: 503,
    body: 'not ready\n- the store is locked by pid 7\n- inbox sim-rack is down\n',
  });
  stand.operations.current = aSnapshot();
  expect(await stand.ask('/-/ready')).toMatchObject({ status: 200, body: 'ready\n' });
});

test('while the state cannot be read because the store is away, that is the reason', async () => {
  class Away extends FakeOperations {
    override snapshot(): Promise<never> {
      return Promise.reject(new StoreDown('store postgres://db:5432/twofa: it cannot be reached'));
    }
  }
  const stand = await createWebStand({ operations: new Away() });
  expect(await stand.ask('/-/ready')).toMatchObject({
    status: 503,
    body: 'not ready\n- the store is down: store postgres://db:5432/twofa: it cannot be reached\n',
  });
});

test('metrics are served in the format that is asked for, under its own content type', async () => {
  const contentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  const scrape = (accept: string | undefined) =>
    Promise.resolve({ contentType, body: `# for ${accept ?? 'anyone'}\n` });
  const stand = await createWebStand({ metrics: { scrape } });
  const answer = await stand.ask('/metrics', { headers: { accept: 'application/openmetrics-text' } });
  expect(answer.headers['content-type']).toBe(contentType);
  expect(answer.headers.vary).toBe('Accept');
  expect(answer.body).toBe('# for application/openmetrics-text\n');
});

test('the configuration is shown as text that a browser does not interpret', async () => {
  const stand = await createWebStand({ redactedConfig: () => 'x: <script>alert(1)</script>\n' });
  const answer = await stand.ask('/config');
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.body).toBe('x: <script>alert(1)</script>\n');
});

test('no answer lets a page run foreign scripts, be framed, or be forced to TLS', async () => {
  const stand = await createWebStand();
  const { headers } = await stand.ask('/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|upgrade-insecure-requests/);
  expect(headers['strict-transport-security']).toBeUndefined();
  expect(headers['x-powered-by']).toBeUndefined();
  expect(headers['referrer-policy']).toBe('same-origin');
});

test('closing twice is harmless', async () => {
  const stand = await createWebStand();
  await stand.close();
  await expect(stand.close()).resolves.toBeUndefined();
});

test('a port that is taken is an error of listen', async () => {
  const stand = await createWebStand();
  const { createWebServer } = await import('../../src/web/server.ts');
  const second = createWebServer({
    operations: stand.operations,
    board: stand.board,
    metrics: { scrape: () => Promise.reject(new Error('not asked')) },
    auth: { readToken: null, adminToken: null },
    loopback: true,
    redactedConfig: () => '',
    clock: stand.clock,
    logger: { log: () => {} },
  });
  await expect(second.listen({ host: '127.0.0.1', port: stand.port })).rejects.toThrow(
    `127.0.0.1:${stand.port} is in use already (EADDRINUSE): stop what listens there, or set another web.listen or --web.listen-address`,
  );
});
