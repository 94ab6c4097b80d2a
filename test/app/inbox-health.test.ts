import { expect, test } from 'vitest';
import { KINDS } from '../../src/app/kinds.ts';
import { inboxHealth, renderHealth } from '../../src/cli/inbox-health.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createAppWorld } from '../support/app-world.ts';
import { freePort } from '../support/free-port.ts';

test('check asks the daemon that runs: state, reason, last message and what went wrong at each inbox', async () => {
  const world = await createAppWorld({
    change: (config) => {
      config.inboxes['smsc'] = { kind: 'smpp', host: '127.0.0.1', port: 1, systemId: 'us', password: 'pw' };
      config.web['readToken'] = 'read-token-of-tests';
    },
  });
  await world.happens((event) => (event.kind === 'inbox_changed' && !event.up ? event : null));
  await world.tick('acme-sms');
  const forged = await fetch(`${world.hooks}/hooks/rack`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(forged.status).toBe(401);
  const loaded = await loadConfig(world.configFile, { kinds: KINDS });
  if (!loaded.ok) throw new Error('the configuration is not valid');
  const { hostname: host, port } = new URL(world.web);
  const config = { ...loaded.config, web: { ...loaded.config.web, host, port: Number(port) } };
  const text = await inboxHealth(config);
  expect(text).toMatch(/^The daemon at 127.0.0.1:\d+ says of its inboxes, errors since its start:\n/);
  expect(text).toMatch(/\nrack +up +1m ago +- +0 +0 +1 +0 +0\n/);
  expect(text).toMatch(/\nsmsc +down +none yet +- +0 +[1-9]\d* +0 +0 +0\n/);
  expect(text).toContain('smsc cannot be read: cannot connect to 127.0.0.1:1 (ECONNREFUSED)');
  expect(text).toContain('rack refused 1 requests that proved nothing');

  const unknown = await inboxHealth({ ...config, web: { ...config.web, readToken: null } });
  expect(unknown).toContain('How the inboxes are is not known: HTTP 401');
});

test('without a daemon check says that nothing is known, and why', async () => {
  const world = await createAppWorld();
  const loaded = await loadConfig(world.configFile, { kinds: KINDS });
  if (!loaded.ok) throw new Error('the configuration is not valid');
  const port = await freePort();
  const config = { ...loaded.config, web: { ...loaded.config.web, host: '0.0.0.0', port } };
  expect(await inboxHealth(config)).toBe(
    `How the inboxes are is not known: no daemon runs at 127.0.0.1:${port}.\n`,
  );
});

test('an inbox that has been silent for more than two controls is named', () => {
  const at = 1_768_478_400_000;
  const inbox = (name: string, hours: number) => ({
    name,
    up: true,
    reason: '',
    lastMessageAt: at - hours * 3_600_000,
    errors: {},
    controlEveryMs: 6 * 3_600_000,
  });
  const text = renderHealth({ at, inboxes: [inbox('rack', 11), inbox('twilio', 13)] }, '127.0.0.1:9823');
  expect(text).not.toContain('rack is silent');
  expect(text).toContain('twilio is silent: nothing came in 13h, and a control should every 6h.\n');
});
