import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createGuardKeeper, LOOK_EVERY_MS } from '../../src/app/guard-keeper.ts';
import { loadWebFile } from '../../src/config/web-file.ts';
import { CLIENT, RENEWED, SERVER, type Certificate } from '../support/certificates.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HASH } from '../support/web-guards.ts';

const TLS = 'tls_server_config: { cert_file: server.crt, key_file: server.key }\n';

/** A keeper over files in a folder of its own. */
async function keep(text: string, renewed: () => void = () => undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-guard-'));
  const write = (name: string, content: string) => writeFile(join(folder, name), content);
  const use = async ({ cert, key }: Certificate) => {
    await write('server.crt', cert);
    await write('server.key', key);
  };
  const file = join(folder, 'web.yml');
  await use(SERVER);
  await write('web.yml', text);
  const loaded = await loadWebFile(file);
  if (!loaded.ok) throw new Error(loaded.faults[0]?.message);
  const clock = new FakeClock();
  const logged: [event: string, reason: unknown][] = [];
  const logger = {
    log: (_level: string, event: string, fields?: Readonly<Record<string, unknown>>) =>
      void logged.push([event, fields?.['reason'] ?? null]),
  };
  const keeper = createGuardKeeper({ file, guard: loaded.guard }, { clock, logger });
  const stop = new AbortController();
  let renewals = 0;
  const following = keeper.follow(() => {
    renewed();
    renewals += 1;
  }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await following;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    keeper,
    logged,
    write,
    use,
    renewals: () => renewals,
    /** Lets it look at its files once. */
    look: async () => {
      await clock.advance(LOOK_EVERY_MS);
      // It reads files meanwhile, and then sleeps again.
      while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a certificate that was renewed is taken within seconds', async () => {
  const { keeper, use, look, renewals, logged } = await keep(TLS);
  await look();
  expect(renewals()).toBe(0);
  await use(RENEWED);
  await look();
  expect(keeper.current()?.tls?.certificate).toBe(RENEWED.cert);
  expect(renewals()).toBe(1);
  await look();
  expect(renewals()).toBe(1);
  expect(logged).toEqual([['web_config_reloaded', null]]);
});

test('half a renewal is told once and changes nothing; the other half completes it', async () => {
  const { keeper, write, look, renewals, logged } = await keep(TLS);
  await write('server.crt', RENEWED.cert);
  await look();
  await look();
  expect(keeper.current()?.tls?.certificate).toBe(SERVER.cert);
  await write('server.key', RENEWED.key);
  await look();
  expect(keeper.current()?.tls?.certificate).toBe(RENEWED.cert);
  expect(renewals()).toBe(1);
  expect(logged.map(([event]) => event)).toEqual(['web_config_refused', 'web_config_reloaded']);
  expect(String(logged[0]?.[1])).toContain('is not the key of the certificate');
});

test('users, headers and the rate follow the file, and faults in it change nothing', async () => {
  const { keeper, write, look } = await keep(TLS);
  await write(
    'web.yml',
    `${TLS}basic_auth_users: { alice: ${HASH} }\nrate_limit: { interval: 1s, burst: 5 }\n`,
  );
  await look();
  expect([...(keeper.current()?.users.keys() ?? [])]).toEqual(['alice']);
  await write('web.yml', `${TLS}basic_auth_users: { alice: hunter2 }\n`);
  await look();
  expect(keeper.current()?.users.get('alice')?.reveal()).toBe(HASH);
  expect(keeper.current()?.rate).toEqual({ intervalMs: 1000, burst: 5 });
});

test('TLS is never taken away from a running listener, nor clients let in that must show a certificate', async () => {
  const { keeper, write, look, logged } = await keep(TLS);
  await write('web.yml', `basic_auth_users: { alice: ${HASH} }\n`);
  await look();
  await look();
  expect(keeper.current()?.tls?.certificate).toBe(SERVER.cert);
  expect(keeper.current()?.users.size).toBe(1);
  expect(logged.map(([event]) => event)).toEqual(['web_config_reloaded', 'web_config_refused']);
  expect(String(logged[1]?.[1])).toContain('restart the daemon');
  await write('web.yml', TLS.replace(' }', ', client_auth_type: RequestClientCert }'));
  await look();
  expect(keeper.current()?.tls?.clientCertificate).toBe('none');
});

test('what the listener cannot use leaves all as it was', async () => {
  const { keeper, use, look, logged } = await keep(TLS, () => {
    throw new Error('no cipher match');
  });
  await use(CLIENT);
  await look();
  expect(keeper.current()?.tls?.certificate).toBe(SERVER.cert);
  expect(logged).toEqual([['web_config_refused', 'no cipher match']]);
});

test('without a file nothing is looked at', async () => {
  const clock = new FakeClock();
  const keeper = createGuardKeeper(null, { clock, logger: { log: () => undefined } });
  await keeper.follow(() => undefined, new AbortController().signal);
  expect([keeper.current(), clock.waiting]).toEqual([null, 0]);
});
