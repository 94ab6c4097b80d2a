import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon-process.ts';
import { SELF_SIGNED } from '../support/login-servers/self-signed.ts';
import { serveRaw } from '../support/login-servers/server.ts';
import { createSimStage, type SimStage } from '../support/sim-daemon.ts';
import { LOGIN, RACK_SECRET, type ConfigData } from '../support/sim-config.ts';
import { valueOf } from '../support/exposition.ts';

/** What no bad input may keep all others waiting for. */
const LONGEST_TURN_MS = 50;
/** What blocks does so every time; a first time may also be a compiler's. */
const ROUNDS = 3;

const sign = (body: string, timestamp: string): Record<string, string> => ({
  'content-type': 'application/json',
  'x-timestamp': timestamp,
  'x-signature': `sha256=${createHmac('sha256', RACK_SECRET).update(`${timestamp}.${body}`).digest('hex')}`,
});

/** Every class of bad request to the hooks, and how each is answered. */
async function abuseHooks(hooks: string): Promise<Record<string, number>> {
  const now = String(Math.floor(Date.now() / 1000));
  const post = async (path: string, headers: Record<string, string>, body: string) =>
    (await fetch(`${hooks}${path}`, { method: 'POST', headers, body })).status;
  const deep = '['.repeat(30_000) + ']'.repeat(30_000);
  const message = JSON.stringify({ id: 'x', from: 'ACME', to: '+12025550111', text: '123456 is your code' });
  return {
    unknown: await post('/hooks/nobody', {}, 'x'),
    elsewhere: await post('/', {}, 'x'),
    method: (await fetch(`${hooks}/hooks/rack`)).status,
    unsigned: await post('/hooks/rack', { 'content-type': 'application/json' }, message),
    forged: await post('/hooks/rack', { ...sign('other', now) }, message),
    old: await post('/hooks/rack', sign(message, String(Number(now) - 3600)), message),
    type: await post('/hooks/rack', { ...sign(message, now), 'content-type': 'text/xml' }, message),
    malformed: await post('/hooks/rack', sign('{"id":', now), '{"id":'),
    fields: await post('/hooks/rack', sign('{"id":5}', now), '{"id":5}'),
    deep: await post('/hooks/rack', sign(deep, now), deep),
    oversized: await post('/hooks/rack', { 'content-type': 'application/json' }, 'x'.repeat(500_000)),
    twilioForged: await post(
      '/hooks/carrier',
      { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'AAAA' },
      'MessageSid=SM1&Body=1',
    ),
    twilioUnsigned: await post('/hooks/carrier', { 'content-type': 'text/plain' }, 'MessageSid=SM1'),
  };
}

const ANSWERS = {
  unknown: 404,
  elsewhere: 404,
  method: 405,
  unsigned: 401,
  forged: 403,
  old: 403,
  type: 415,
  malformed: 400,
  fields: 400,
  deep: 400,
  oversized: 413,
  twilioForged: 403,
  twilioUnsigned: 415,
};

/** Clients that begin and do not go on; they stay connected to the end of the test. */
async function dawdle(hooks: string): Promise<void> {
  const { port } = new URL(hooks);
  const begun = [
    'POST /hooks/rack HTTP/1.1\r\nHost: x\r\n',
    'POST /hooks/rack HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"id"',
    'POST /hooks/rack HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n',
    '\u0000\u0001\u0002 no HTTP at all\r\n\r\n',
  ];
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(begun[index % begun.length] ?? '');
    }),
  );
}

/** Login services that misbehave, by name: where each is. */
async function hostileTargets(): Promise<Record<string, string>> {
  const tls = createTlsServer(SELF_SIGNED, (_request, response) => response.end());
  await new Promise<void>((resolve) => {
    tls.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    tls.closeAllConnections();
    await new Promise((resolve) => {
      tls.close(resolve);
    });
  });
  const megabyte = Buffer.alloc(1024 * 1024, '<p>');
  const elsewhere = await serveRaw((_request, response) => void response.end('you should not be here'));
  return {
    'tls-error': `https://127.0.0.1:${(tls.address() as AddressInfo).port}`,
    'fifty-megabytes': await serveRaw((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      for (let count = 0; count < 50; count += 1) response.write(megabyte);
      response.end();
    }),
    endless: await serveRaw((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.write('<p>');
    }),
    silent: await serveRaw(() => undefined),
    'redirect-loop': await serveRaw((request, response) => {
      response.writeHead(302, { location: request.url === '/a' ? '/b' : '/a' }).end();
    }),
    'redirect-elsewhere': await serveRaw((_request, response) => {
      response.writeHead(307, { location: `${elsewhere}/steal` }).end();
    }),
    'no-http': await serveRaw((request) => {
      request.socket.end('HTTP/9.9 what\r\n\r\n');
    }),
    'deep-page': await serveRaw((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<div>'.repeat(300_000));
    }),
    'deep-json': await serveRaw((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`${'['.repeat(400_000)}${']'.repeat(400_000)}`);
    }),
    'wide-json': await serveRaw((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(Array.from({ length: 150_000 }, (_, index) => ({ index }))));
    }),
  };
}

/** What a probe of each says; the reasons are for people. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'tls-error': /certificate/i,
  'fifty-megabytes': /larger than 2 MB/,
  endless: /within 1/,
  silent: /within 1/,
  'redirect-loop': /redirect loop/,
  'redirect-elsewhere': /another origin|not allowed|origins/,
  'no-http': /HTTP|connection/,
  'deep-page': /nested|complex|no rule/,
  'deep-json': /none of the step/,
  'wide-json': /none of the step|larger/,
};

const LOOK = {
  kind: 'http',
  steps: [
    {
      stage: 'login',
      get: '/',
      when: [
        { has: 'form input[name=password]', is: 'challenge' },
        { json: { '/0/challenge': true }, is: 'challenge' },
        { text: /never there/.source, is: 'challenge' },
      ],
    },
    { stage: 'verify', post: '/code', form: { code: '{{code}}' } },
  ],
};

function withHostileTargets(config: ConfigData, targets: Record<string, string>): void {
  const { limits, accounts } = config.targets['acme'] ?? { limits: {}, accounts: {} };
  const { 'totp-1': account = {} } = accounts;
  for (const [name, url] of Object.entries(targets)) {
    config.targets[name] = { url, authorized: true, limits, accounts: { one: account } };
    const common = { target: name, factor: 'totp', schedule: '0 3 * * *', timeout: '1s' };
    config.probes[name] = { ...common, flow: LOOK };
  }
  for (const name of ['throws', 'hangs', 'leaks']) {
    config.targets[name] = {
      url: 'http://127.0.0.1:9',
      authorized: true,
      limits,
      accounts: { one: account },
    };
    const flow = { kind: 'module', path: `./${name}.ts` };
    config.probes[name] = { target: name, factor: 'totp', schedule: '0 4 * * *', flow };
  }
  Object.assign(config.probes['acme-sms'] ?? {}, { flow: LOGIN, deadline: '60s', expiry: '5m' });
}

async function writeFlows(folder: string): Promise<void> {
  const flow = (body: string) =>
    `import { defineFlow } from 'twofa-prober';\nexport default defineFlow({ async run({ account, stage }) { ${body} } });\n`;
  await writeFile(join(folder, 'throws.ts'), flow('null.nothing;'));
  await writeFile(join(folder, 'hangs.ts'), flow('await new Promise(() => {});'));
  await writeFile(
    join(folder, 'leaks.ts'),
    flow(
      "await stage('login', async () => { throw new Error(`no user ${account.username}:${account.password}`); });",
    ),
  );
}

async function startHostile(): Promise<{ stage: SimStage; daemon: RunningDaemon; targets: string[] }> {
  const stage = await createSimStage({ held: true });
  const targets = await hostileTargets();
  await writeFlows(stage.folder);
  await stage.write((config) => withHostileTargets(config, targets));
  return { stage, daemon: await startDaemon(stage.configFile), targets: Object.keys(targets) };
}

test(
  'hostile hooks, targets and flows end in clear answers and outcomes, and a code that waits is measured right',
  { timeout: 60_000 },
  async () => {
    const { stage, daemon, targets } = await startHostile();
    const longest: number[] = [];
    await daemon.run('hangs');
    for (let round = 0; round < ROUNDS && !longest.some((ms) => ms < LONGEST_TURN_MS); round += 1) {
      await daemon.longestTurnMs();
      const waiting = await daemon.run('acme-sms');
      await stage.onTheWay(1);

      await dawdle(daemon.hooks);
      expect(await abuseHooks(daemon.hooks)).toEqual(ANSWERS);
      for (const name of [...targets, 'throws', 'leaks']) {
        const attempt = await daemon.attempt(await daemon.run(name));
        const flowError = name === 'throws' || name === 'leaks';
        expect([name, attempt.outcome]).toEqual([name, flowError ? 'flow_error' : 'target_unreachable']);
        expect(attempt.reason).toMatch(REASONS[name] ?? /Error/);
      }

      stage.deliver();
      const waited = await daemon.attempt(waiting);
      expect(waited).toMatchObject({ outcome: 'ok', logout: 'ok' });
      measuredRight(stage, waited);
      longest.push(await daemon.longestTurnMs());
    }
    process.stdout.write(`longest turns of the event loop, ms of processor: ${longest.join(', ')}\n`);
    expect(Math.min(...longest)).toBeLessThan(LONGEST_TURN_MS);
    for (const { password } of stage.sim.world.accounts) expect(daemon.stderr).not.toContain(password);
    const families = await daemon.metrics();
    expect(valueOf(families, 'twofa_attempts_in_flight', { probe: 'hangs' })).toBe(1);
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended()).toBe(0);
    expect(daemon.stderr).toMatch(/"probe":"hangs".*"outcome":"aborted"/);
  },
);

/** No earlier than the carrier wrote, no later than it was answered; each duration by one clock. */
function measuredRight({ sim }: SimStage, { id, code }: Attempt): void {
  const send = sim.truth.sends().find(({ attempt }) => attempt === id);
  const [push] = send?.message?.deliveries[0]?.pushes ?? [];
  const challenged = sim.truth.logins().find(({ attempt }) => attempt === id);
  if (!send || !push || !challenged) throw new Error('the code never came');
  expect(code?.deliveryMs).toBeGreaterThanOrEqual(push.atMs - send.requestedAtMs);
  expect(code?.deliveryMs).toBeLessThanOrEqual((push.endedMs ?? Infinity) - challenged.atMs);
}
