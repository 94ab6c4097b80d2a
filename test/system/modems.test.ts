import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gammuSender } from '../../src/senders/gammu.ts';
import { startDaemon } from '../support/daemon-process.ts';
import { startDummyPhone } from '../support/dummy-phone.ts';
import { valueOf } from '../support/exposition.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const SCRIPTS = join(import.meta.dirname, '../../probes/modems');
const SECRET = 'secret-of-the-rack-0123456789abcdef';

const configuration = (web: number, hooks: number) => `
contact: sre@acme.example
store: ./twofa.db
web: { listen: 127.0.0.1:${web} }
hooks: { listen: 127.0.0.1:${hooks} }
inboxes:
  rack: { kind: webhook, secret: ${SECRET} }
phones:
  us-a: { number: "+12025550111", inbox: rack, country: US, carrier: carrier-a }
`;

test('what a phone of gammu-smsd receives reaches the daemon, also what came while it was away', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-modems-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const hooks = await freePort();
  const configFile = join(folder, 'twofa.yaml');
  await writeFile(configFile, configuration(await freePort(), hooks));
  await writeFile(join(folder, 'secret'), SECRET, { mode: 0o600 });
  const settings = {
    url: `http://127.0.0.1:${hooks}/hooks/rack`,
    secretFile: join(folder, 'secret'),
    spool: join(folder, 'spool'),
    numbers: { 'rack-1': '+12025550111' },
  };
  await writeFile(join(folder, 'modems.json'), JSON.stringify(settings));

  const daemon = await startDaemon(configFile, { onTestFinished });
  const phone = await startDummyPhone(folder, {
    runOnReceive: join(SCRIPTS, 'gammu-receive.mjs'),
    env: { TWOFA_MODEMS: join(folder, 'modems.json') },
    onTestFinished,
  });
  await phone.receive('ACME', 'Your ACME code is 493021 — naïve "quoted" $(x)');
  await daemon.writes(/"inbox":"rack","phone":"us-a","from":"ACME","disposition":"unmatched"/);
  const counted = async (from: Awaited<ReturnType<typeof startDaemon>>) =>
    valueOf(await from.metrics(), 'twofa_inbox_messages_total', { inbox: 'rack', disposition: 'unmatched' });
  expect(await counted(daemon)).toBe(1);

  daemon.child.kill('SIGTERM');
  expect(await daemon.ended()).toBe(0);
  await phone.receive(
    '+18335550100',
    'A long text in two parts, whose code is 493',
    '022, come while nobody listens',
  );
  const waiting = async () => {
    const names = await readdir(settings.spool).catch(() => []);
    return names.filter((name) => /^[0-9]+-.*\.json$/.test(name));
  };
  await until(async () => ((await waiting()).length > 0 ? true : null), AbortSignal.timeout(60_000));
  expect(await waiting()).toHaveLength(1);

  const restarted = await startDaemon(configFile, { onTestFinished });
  await restarted.writes(/"phone":"us-a","from":"\+1•••0100","disposition":"unmatched"/);
  await until(async () => ((await waiting()).length === 0 ? true : null), AbortSignal.timeout(60_000));
  expect(await counted(restarted)).toBe(1);
  for (const written of [daemon.stderr, restarted.stderr])
    expect(written).not.toMatch(/49302[12]|2025550111/);
});

test('a control goes out through the queue of gammu-smsd', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-modems-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const phone = await startDummyPhone(folder, { runOnReceive: '/bin/true', env: {}, onTestFinished });
  const sender = gammuSender.create(gammuSender.schema.parse({ config: phone.config }), {
    name: 'own',
    logger: { log: () => undefined },
  });
  const text = '493021 is your twofa-prober control code.';
  const { providerId } = await sender.send('+12025550111', text, new AbortController().signal);
  expect(providerId).toMatch(/^OUTC[0-9]{8}_[0-9]{6}_00_sms0\.smsbackup$/);
  const sent = await until(async () => {
    const names = await readdir(phone.sent);
    return names[0] ?? null;
  }, AbortSignal.timeout(60_000));
  expect(sent).toContain('+12025550111');
});
