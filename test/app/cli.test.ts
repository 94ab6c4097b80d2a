import { readFile, writeFile } from 'node:fs/promises';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/daemon-process.ts';
import { createSimStage } from '../support/sim-daemon.ts';
import { RACK_SECRET } from '../support/sim-config.ts';

/** Processes take their time to start on a busy machine. */
const SLOW = { timeout: 120_000 };

test.concurrent(
  'run makes one attempt: a line a step, then the result; exit 0 when it is ok',
  SLOW,
  async ({ onTestFinished }) => {
    const stage = await createSimStage({ onTestFinished });
    await stage.write();
    const plain = runCommand(['run', 'acme-sms', `--config.file=${stage.configFile}`], {}, onTestFinished);
    expect(await plain.ended()).toBe(0);
    expect(plain.stdout).toMatch(/^acme-sms: ok: signed in/);
    expect(plain.stderr).toMatch(
      /acme-sms: login\nacme-sms: request_code\nacme-sms: delivery\nacme-sms: verify\n/,
    );
    expect(plain.stdout + plain.stderr).not.toContain('\u001b');

    const json = runCommand(
      ['run', 'acme-totp', '--json', `--config.file=${stage.configFile}`],
      {},
      onTestFinished,
    );
    expect(await json.ended()).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ probe: 'acme-totp', outcome: 'ok', cause: 'manual' });
  },
);

test.concurrent('run says by its exit status whose fault it was', SLOW, async ({ onTestFinished }) => {
  const stage = await createSimStage({ onTestFinished });
  await stage.write();
  const run = (probe: string) =>
    runCommand(['run', probe, `--config.file=${stage.configFile}`], {}, onTestFinished);
  stage.sim.scenarios.set('2fa-not-asked');
  const fault = run('acme-totp');
  expect([await fault.ended(), fault.stdout]).toEqual([1, expect.stringContaining('challenge_missing')]);
  stage.sim.scenarios.set('healthy');
  stage.sim.scenarios.set('rate-limit site');
  const blocked = run('acme-totp');
  expect([await blocked.ended(), blocked.stdout]).toEqual([3, expect.stringContaining('rate_limited')]);
  const skipped = run('acme-totp');
  expect([await skipped.ended(), skipped.stderr]).toEqual([
    3,
    expect.stringContaining('not started: breaker'),
  ]);
  const unknown = run('acme-sns');
  expect([await unknown.ended(), unknown.stderr]).toEqual([
    2,
    expect.stringContaining('acme-sms, acme-totp'),
  ]);
});

test.concurrent(
  'a bad file is told whole on standard error, and ends start, check and run with 2',
  SLOW,
  async ({ onTestFinished }) => {
    const stage = await createSimStage({ onTestFinished });
    await writeFile(
      stage.configFile,
      'contcat: me\ntargets: { acme: { url: ftp://x, authorized: false } }\nprobes: { p: { target: nowhere, factor: smoke } }\n',
    );
    for (const command of [['start'], ['check'], ['run', 'p']]) {
      const ended = runCommand([...command, `--config.file=${stage.configFile}`], {}, onTestFinished);
      expect(await ended.ended()).toBe(2);
      for (const fault of [/:1:\d+ .*contcat/, /:2:\d+ .*authorized/, /:2:\d+ .*url/, /:3:\d+ .*factor/]) {
        expect(ended.stderr).toMatch(fault);
      }
      expect(ended.stdout).toBe('');
    }
    const missing = runCommand(
      ['start', `--config.file=${join(stage.folder, 'none.yaml')}`],
      {},
      onTestFinished,
    );
    expect([await missing.ended(), missing.stderr]).toEqual([2, expect.stringContaining('none.yaml')]);
  },
);

test.concurrent(
  'init writes a file that check reads, and never over another; schema and --version print',
  SLOW,
  async ({ onTestFinished }) => {
    const { folder } = await createSimStage({ onTestFinished });
    const file = join(folder, 'new.yaml');
    const init = runCommand(['init', `--config.file=${file}`], {}, onTestFinished);
    expect(await init.ended()).toBe(0);
    const written = await readFile(file, 'utf8');
    const again = runCommand(['init', `--config.file=${file}`], {}, onTestFinished);
    expect([await again.ended(), again.stderr]).toEqual([2, expect.stringContaining('it exists')]);
    expect(await readFile(file, 'utf8')).toBe(written);
    const schema = runCommand(['schema'], {}, onTestFinished);
    expect(await schema.ended()).toBe(0);
    expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object' });
    const version = runCommand(['--version'], {}, onTestFinished);
    expect([await version.ended(), version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
    const wrong = runCommand(['strat'], {}, onTestFinished);
    expect(await wrong.ended()).toBe(2);
  },
);

test.concurrent(
  'check tells codes, costs and detection time of a good file',
  SLOW,
  async ({ onTestFinished }) => {
    const stage = await createSimStage({ onTestFinished });
    await stage.write();
    const check = runCommand(['check', `--config.file=${stage.configFile}`], {}, onTestFinished);
    expect(await check.ended()).toBe(0);
    expect(check.stdout).toContain('acme-sms');
    expect(check.stdout).toMatch(/24 codes|codes\D+24/);
  },
);

test.concurrent(
  'listen shows a signed message as one line without its text, and a refused one as why',
  SLOW,
  async ({ onTestFinished }) => {
    const stage = await createSimStage({ onTestFinished });
    await stage.write();
    const listening = runCommand(['listen', 'rack', `--config.file=${stage.configFile}`], {}, onTestFinished);
    await listening.writes(/listening to rack/);
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
    await listening.writes(/from ACME/);
    listening.child.kill('SIGINT');
    expect(await listening.ended()).toBe(0);
    expect(listening.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/from ACME {2}to us-a \(\+1•••0111\) {2}25 characters, a code of 6 can be read/),
    ]);
    expect(listening.stderr).toContain('refused: 403');
    expect(listening.stdout + listening.stderr).not.toMatch(/654321|2025550111/);
  },
);
