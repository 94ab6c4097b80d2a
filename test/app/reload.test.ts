import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { attemptOf, createAppWorld, type AppWorld, type Ended } from '../support/app-world.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';

const reload = (world: AppWorld) => fetch(`${world.web}/-/reload`, { method: 'POST' });

/** An attempt whose code is on its way. */
async function waiting(world: AppWorld): Promise<Promise<Ended>[]> {
  const ended = world.tick('acme-sms');
  await world.onTheWay(1);
  return [ended];
}

const probesIn = async (world: AppWorld, name: string): Promise<Set<string | undefined>> =>
  new Set(samplesOf(await world.metrics(), name).map(({ labels }) => labels['probe']));

test.concurrent('an attempt that waits during a reload ends ok, by the configuration that it began with', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, held: true });
  const [first] = await waiting(world);
  await world.rewrite((config) =>
    Object.assign(config.probes['acme-sms'] ?? {}, { deadline: '20s', expiry: '40s' }),
  );
  const answer = await reload(world);
  expect([answer.status, await answer.json()]).toEqual([200, { message: 'reloaded' }]);
  world.deliver();
  expect(attemptOf(await (first as Promise<Ended>))).toMatchObject({
    outcome: 'ok',
    deadlineMs: 4_000,
    expiryMs: 10_000,
  });

  const [second] = await waiting(world);
  world.deliver();
  expect(attemptOf(await (second as Promise<Ended>))).toMatchObject({
    outcome: 'ok',
    deadlineMs: 20_000,
    expiryMs: 40_000,
  });
});

test.concurrent('an attempt that waits gets its code although its phone, account and inbox are configured no more', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, held: true });
  const [first] = await waiting(world);
  await world.rewrite((config) => {
    delete config.phones['us-a'];
    delete config.targets['acme']?.accounts['sms-1'];
    delete config.inboxes['rack'];
    for (const phone of Object.values(config.phones)) phone['inbox'] = 'carrier';
    Object.assign(config.probes['acme-sms'] ?? {}, { accounts: ['sms-2', 'sms-3', 'sms-4'] });
  });
  expect((await reload(world)).status).toBe(200);
  world.deliver();
  expect(attemptOf(await (first as Promise<Ended>))).toMatchObject({
    outcome: 'ok',
    phone: 'us-a',
    code: { result: 'on_time' },
  });
  const gone = await fetch(`${world.hooks}/hooks/rack`, { method: 'POST' });
  expect(gone.status).toBe(404);
});

test.concurrent('a removed probe goes with its series, a kept one keeps its counts, a new one starts at 0', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished });
  await world.tick('acme-sms');
  await world.tick('acme-totp');
  await world.rewrite((config) => {
    const { 'acme-totp': totp, ...others } = config.probes;
    config.probes = { ...others, 'acme-app': { ...totp } };
  });
  const { message } = await act(world);
  expect(message).toBe('reloaded');
  for (const name of ['twofa_attempts_total', 'twofa_probe_info', 'twofa_last_success_timestamp_seconds']) {
    expect(await probesIn(world, name)).not.toContain('acme-totp');
  }
  const families = await world.metrics();
  expect(valueOf(families, 'twofa_attempts_total', { probe: 'acme-sms', outcome: 'ok' })).toBe(1);
  expect(valueOf(families, 'twofa_attempts_total', { probe: 'acme-app', outcome: 'ok' })).toBe(0);
  const { probes } = await world.app.operations.snapshot();
  expect(probes.map(({ name }) => name)).toEqual(['acme-sms', 'acme-app']);
});

const act = (world: AppWorld) => world.app.operations.act({ kind: 'reload' });

test.concurrent('an attempt of a probe that a reload removed is kept in the store, and brings back no series', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, held: true });
  const [first] = await waiting(world);
  await world.rewrite((config) => {
    delete config.probes['acme-sms'];
  });
  expect((await act(world)).done).toBe(true);
  world.deliver();
  const { id, outcome } = attemptOf(await (first as Promise<Ended>));
  expect(outcome).toBe('ok');
  expect(await world.app.operations.attempts({ id, limit: 1 })).toMatchObject([{ outcome: 'ok' }]);
  expect(await probesIn(world, 'twofa_attempts_total')).toEqual(new Set(['acme-totp']));
  expect(await probesIn(world, 'twofa_codes_requested_total')).toEqual(new Set());
});

test.concurrent('a file with faults is refused: the old configuration goes on, and metrics say so', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished });
  await writeFile(world.configFile, 'contact: sre@acme.example\nprobes: { acme-sms: { target: nowhere } }\n');
  const answer = await reload(world);
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain('faults');
  expect(valueOf(await world.metrics(), 'twofa_config_last_reload_successful')).toBe(0);
  expect(world.logs.join('')).toContain('probes.acme-sms.target');
  expect(attemptOf(await world.tick('acme-sms')).outcome).toBe('ok');

  await world.rewrite(() => undefined);
  expect((await reload(world)).status).toBe(200);
  expect(valueOf(await world.metrics(), 'twofa_config_last_reload_successful')).toBe(1);
});

test.concurrent('what only a restart can change is named, and the rest is taken into use', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished });
  await world.rewrite((config) => {
    config.web['listen'] = '127.0.0.1:1';
    config.store = './other.db';
    config.contact = 'ops@acme.example';
  });
  expect(await act(world)).toEqual({ done: true, message: 'reloaded; needs a restart: web.listen, store' });
  const shown = await (await fetch(`${world.web}/config`)).text();
  expect(shown).toContain('ops@acme.example');
  expect(attemptOf(await world.tick('acme-sms')).outcome).toBe('ok');
});

test.concurrent('a changed public address of the hooks is used at once: signatures cover it', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({
    onTestFinished,
    change: (config) => {
      config.hooks['publicUrl'] = 'https://old.example';
      for (const phone of Object.values(config.phones)) phone['inbox'] = 'carrier';
      Object.assign(config.inboxes['carrier'] ?? {}, { reconcile: '10m' });
    },
  });
  for (const { name } of world.sim.world.phones) {
    world.sim.connect(name, { manner: 'twilio', smsUrl: `${world.hooks}/hooks/carrier` });
  }
  await world.rewrite((config) => {
    config.hooks['publicUrl'] = world.hooks;
  });
  expect(await act(world)).toEqual({ done: true, message: 'reloaded' });
  expect(attemptOf(await world.tick('acme-sms'))).toMatchObject({
    outcome: 'ok',
    code: { uncertaintyMs: 0 },
  });
});

test.concurrent('an inbox that is down stays known as down over a reload', async ({ onTestFinished }) => {
  const world = await createAppWorld({
    onTestFinished,
    change: (config) => {
      for (const phone of Object.values(config.phones)) phone['inbox'] = 'carrier';
    },
  });
  world.sim.scenarios.set('receiver-down');
  await world.happens((event) => (event.kind === 'inbox_changed' && !event.up ? event : null));
  await act(world);
  expect((await world.tick('acme-sms')).skip).toBe('receiver_down');
});
