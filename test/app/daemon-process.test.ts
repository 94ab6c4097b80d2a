import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand, startDaemon } from '../support/daemon-process.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';
import { createSimStage } from '../support/sim-daemon.ts';
import { CODE_COST } from '../support/sim-config.ts';

/** Processes take their time to start on a busy machine. */
const SLOW = { timeout: 120_000 };

test.concurrent(
  'a daemon that is killed while it waits leaves an account of everything',
  SLOW,
  async ({ onTestFinished }) => {
    const stage = await createSimStage({ held: true, onTestFinished });
    await stage.write();
    const killed = await startDaemon(stage.configFile, { onTestFinished });
    await killed.run('acme-sms');
    await stage.onTheWay(1);
    killed.child.kill('SIGKILL');
    expect(await killed.ended()).toBe('SIGKILL');

    const daemon = await startDaemon(stage.configFile, { onTestFinished });
    const [swept, ...others] = await daemon.attempts();
    expect(others).toEqual([]);
    expect(swept).toMatchObject({
      outcome: 'aborted',
      fault: 'monitor',
      phone: 'us-a',
      code: { result: 'unmeasured', deliveryMs: null },
    });
    expect(swept?.finishedAt).toBeLessThanOrEqual(Date.now());
    const families = await daemon.metrics();
    expect(valueOf(families, 'twofa_spend_month')).toBeCloseTo(CODE_COST / 1e6, 6);
    expect(valueOf(families, 'twofa_budget_remaining', { target: 'acme', window: 'hour' })).toBe(3599);
    expect(valueOf(families, 'twofa_codes_requested_total', { phone: 'us-a', target: 'acme' })).toBe(1);
    expect(valueOf(families, 'twofa_codes_total', { phone: 'us-a', result: 'unmeasured' })).toBe(1);

    stage.deliver();
    await daemon.writes(/"phone":"us-a".*"disposition":"late"/);
    const later = await daemon.metrics();
    expect(valueOf(later, 'twofa_inbox_messages_total', { inbox: 'rack', disposition: 'late' })).toBe(1);

    // Its phone rests: the others take turns.
    for (const phone of ['us-b', 'us-c', 'us-d', 'us-b']) {
      const id = await daemon.run('acme-sms');
      await stage.onTheWay(1);
      stage.deliver();
      expect(await daemon.attempt(id)).toMatchObject({ outcome: 'ok', phone });
    }
  },
);

test.concurrent(
  'SIGTERM ends a waiting attempt as aborted, logged out, and the process with 0',
  SLOW,
  async ({ onTestFinished }) => {
    const stage = await createSimStage({ held: true, onTestFinished });
    await stage.write();
    const daemon = await startDaemon(stage.configFile, { onTestFinished });
    await daemon.run('acme-sms');
    await stage.onTheWay(1);
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended()).toBe(0);
    expect(daemon.stderr).toContain('"outcome":"aborted"');
    expect(stage.sim.truth.logins().at(-1)).toMatchObject({ account: 'sms-1', result: 'signed_out' });

    const again = await startDaemon(stage.configFile, { onTestFinished });
    expect(await again.attempts()).toMatchObject([{ outcome: 'aborted', logout: 'ok' }]);
  },
);

test.concurrent('SIGHUP reads the configuration again', SLOW, async ({ onTestFinished }) => {
  const stage = await createSimStage({ onTestFinished });
  await stage.write();
  const daemon = await startDaemon(stage.configFile, { onTestFinished });
  await stage.write((config) => {
    delete config.probes['acme-totp'];
  });
  daemon.child.kill('SIGHUP');
  await daemon.writes(/"event":"config_reloaded"/);
  const probes = samplesOf(await daemon.metrics(), 'twofa_probe_info').map(({ labels }) => labels['probe']);
  expect(probes).toEqual(['acme-sms']);
  await writeFile(stage.configFile, 'contact: [');
  daemon.child.kill('SIGHUP');
  await daemon.writes(/"event":"config_refused"/);
  expect(valueOf(await daemon.metrics(), 'twofa_config_last_reload_successful')).toBe(0);
  expect(daemon.child.exitCode).toBeNull();
});

test.concurrent(
  'a second daemon on the same store is refused, and told by whom',
  SLOW,
  async ({ onTestFinished }) => {
    const stage = await createSimStage({ onTestFinished });
    await stage.write();
    const daemon = await startDaemon(stage.configFile, { onTestFinished });
    const second = runCommand(['start', `--config.file=${stage.configFile}`], {}, onTestFinished);
    expect(await second.ended()).toBe(2);
    expect(second.stderr).toContain(`process ${daemon.child.pid}`);
    expect(await daemon.run('acme-sms')).not.toBe('');
  },
);

test.concurrent(
  'a flow in code that cannot be loaded is refused at a reload, and at the start',
  SLOW,
  async ({ onTestFinished }) => {
    const stage = await createSimStage({ onTestFinished });
    await stage.write();
    const daemon = await startDaemon(stage.configFile, { onTestFinished });
    await writeFile(join(stage.folder, 'broken.ts'), 'export default { run: 5 };\n');
    await stage.write((config) => {
      Object.assign(config.probes['acme-sms'] ?? {}, { flow: { kind: 'module', path: './broken.ts' } });
    });
    const answer = await fetch(`${daemon.web}/-/reload`, { method: 'POST' });
    expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('broken.ts')]);
    expect(await daemon.attempt(await daemon.run('acme-sms'))).toMatchObject({ outcome: 'ok' });
    daemon.child.kill('SIGTERM');
    await daemon.ended();

    const second = runCommand(['start', `--config.file=${stage.configFile}`], {}, onTestFinished);
    expect(await second.ended()).toBe(2);
    expect(second.stderr).toContain('broken.ts');
  },
);
