import { readFile, writeFile } from 'node:fs/promises';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command } from '../support/command.ts';
import { runCommand } from '../support/daemon-process.ts';
import { createSimStage } from '../support/sim-daemon.ts';
import { RACK_SECRET } from '../support/sim-config.ts';

test('run makes one attempt: a line a step, then the result; exit 0 when it is ok', async () => {
  const stage = await createSimStage();
  await stage.write();
  const plain = command('run', 'acme-sms', `--config.file=${stage.configFile}`);
  expect(await plain.status).toBe(0);
  expect(plain.stdout).toMatch(/^acme-sms: ok: signed in/);
  expect(plain.stderr).toMatch(
    /acme-sms: login\nacme-sms: request_code\nacme-sms: delivery\nacme-sms: verify\n/,
  );
  expect(plain.stdout + plain.stderr).not.toContain('\u001b');

  const json = command('run', 'acme-totp', '--json', `--config.file=${stage.configFile}`);
  expect(await json.status).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({ probe: 'acme-totp', outcome: 'ok', cause: 'manual' });
});

test('run says by its exit status whose fault it was', async () => {
  const stage = await createSimStage();
  await stage.write();
  const run = (probe: string) => command('run', probe, `--config.file=${stage.configFile}`);
  stage.sim.scenarios.set('2fa-not-asked');
  const fault = run('acme-totp');
  expect([await fault.status, fault.stdout]).toEqual([1, expect.stringContaining('challenge_missing')]);
  stage.sim.scenarios.set('healthy');
  stage.sim.scenarios.set('rate-limit site');
  const blocked = run('acme-totp');
  expect([await blocked.status, blocked.stdout]).toEqual([3, expect.stringContaining('rate_limited')]);
  const skipped = run('acme-totp');
  expect([await skipped.status, skipped.stderr]).toEqual([
    3,
    expect.stringContaining('not started: breaker'),
  ]);
  const unknown = run('acme-sns');
  expect([await unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('acme-sms, acme-totp')]);
});

test('a bad file is told whole on standard error, and ends start, check and run with 2', async () => {
  const stage = await createSimStage();
  await writeFile(
    stage.configFile,
    'contcat: me\ntargets: { acme: { url: ftp://x, authorized: false } }\nprobes: { p: { target: nowhere, factor: smoke } }\n',
  );
  for (const args of [['start'], ['check'], ['run', 'p']]) {
    const ended = command(...args, `--config.file=${stage.configFile}`);
    expect(await ended.status).toBe(2);
    for (const fault of [/:1:\d+ .*contcat/, /:2:\d+ .*authorized/, /:2:\d+ .*url/, /:3:\d+ .*factor/]) {
      expect(ended.stderr).toMatch(fault);
    }
    expect(ended.stdout).toBe('');
  }
  const missing = command('start', `--config.file=${join(stage.folder, 'none.yaml')}`);
  expect([await missing.status, missing.stderr]).toEqual([2, expect.stringContaining('none.yaml')]);
});

test('init writes a file that check reads, and never over another; schema and --version print', async () => {
  const { folder } = await createSimStage();
  const file = join(folder, 'new.yaml');
  const init = command('init', `--config.file=${file}`);
  expect(await init.status).toBe(0);
  const written = await readFile(file, 'utf8');
  const again = command('init', `--config.file=${file}`);
  expect([await again.status, again.stderr]).toEqual([2, expect.stringContaining('it exists')]);
  expect(await readFile(file, 'utf8')).toBe(written);
  const schema = command('schema');
  expect(await schema.status).toBe(0);
  expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object' });
  const version = command('--version');
  expect([await version.status, version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  const wrong = command('strat');
  expect(await wrong.status).toBe(2);
});

test('check tells codes, costs and detection time of a good file', async () => {
  const stage = await createSimStage();
  await stage.write();
  const check = command('check', `--config.file=${stage.configFile}`);
  expect(await check.status).toBe(0);
  expect(check.stdout).toContain('acme-sms');
  expect(check.stdout).toMatch(/24 codes|codes\D+24/);
});

test('listen shows a signed message as one line without its text, and a refused one as why', async () => {
  const stage = await createSimStage();
  await stage.write();
  const listening = command('listen', 'rack', `--config.file=${stage.configFile}`);
  await listening.says(/listening to rack/);
  const [phone] = stage.sim.world.phones;
  const body = JSON.stringify({
    id: 'm1',
    from: 'ACME',
    to: phone?.number,
    text: '654321 is your Acme code.',
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', RACK_SECRET).update(`${timestamp}.${body}`).digest('hex');
  const post = (proof: string) =>
    fetch(`${stage.hooks}/hooks/rack`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-timestamp': timestamp,
        'x-signature': `sha256=${proof}`,
      },
      body,
    });
  expect((await post('0'.repeat(64))).status).toBe(403);
  expect((await post(signature)).status).toBe(200);
  expect((await post(signature)).status).toBe(200);
  listening.interrupt();
  expect(await listening.status).toBe(0);
  expect(listening.stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/from ACME {2}to us-a \(\+1•••0111\) {2}25 characters, a code of 6 can be read/),
  ]);
  expect(listening.stderr).toContain('refused: 403');
  expect(listening.stdout + listening.stderr).not.toMatch(/654321|2025550111/);
});

test('listen says when an inbox that is asked cannot be read, and why', async () => {
  const stage = await createSimStage();
  await writeFile(
    stage.configFile,
    `contact: sre@acme.example
inboxes:
  tw: { kind: twilio, accountSid: AC00000000000000000000000000000001, authToken: t, apiUrl: 'http://127.0.0.1:1' }
`,
  );
  const listening = command('listen', 'tw', `--config.file=${stage.configFile}`);
  await listening.says(/listening to tw, asked every 30 s; Ctrl-C ends it/);
  await listening.says(/the inbox cannot be read: cannot list Twilio's messages: no answer .*; trying again/);
  listening.interrupt();
  expect(await listening.status).toBe(0);
});

test('a process ends with what its command came to', { timeout: 60_000 }, async () => {
  const stage = await createSimStage();
  await stage.write();
  const run = runCommand(['run', 'acme-sms', '--json', `--config.file=${stage.configFile}`]);
  expect(await run.ended()).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ probe: 'acme-sms', outcome: 'ok', cause: 'manual' });
  await writeFile(stage.configFile, 'contact: [');
  const start = runCommand([`--config.file=${stage.configFile}`]);
  expect([await start.ended(), start.stdout]).toEqual([2, '']);
  expect(start.stderr).toContain('twofa-prober.yaml:1:');
});
