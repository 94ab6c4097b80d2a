import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneCheckout } from '../support/checkout.ts';
import { succeed, userEnvironment } from '../support/execute.ts';
import { readExposition } from '../support/exposition.ts';
import { until } from '../support/until.ts';

const WEB = 'http://127.0.0.1:9823';

let folder: string;
let clone: string;

/** What the README tells first: a clone, and `npm ci`. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twofa-newcomer-'));
  clone = join(folder, 'clone');
  await cloneCheckout(clone);
  await succeed('npm', ['ci', '--no-audit', '--prefer-offline'], { cwd: clone });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('npm start shows both factors at work within a minute, and Ctrl-C ends it in order', async () => {
  const scratch = join(folder, 'tmp');
  await mkdir(scratch);
  // A group of its own, as a shell gives its foreground job: Ctrl-C reaches npm and the daemon at once.
  const npm = spawn('npm', ['start'], {
    cwd: clone,
    detached: true,
    env: { ...userEnvironment(), TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = npm;
  if (pid === undefined) throw new Error('npm did not start');
  const said = Promise.all([text(npm.stdout), text(npm.stderr)]);
  const ended = once(npm, 'exit');
  try {
    const minute = AbortSignal.timeout(60_000);
    await until(
      async () => ((await okAttempts('acme-sms')) && (await okAttempts('acme-totp'))) || null,
      minute,
    );
    const page = await fetch(`${WEB}/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('acme-totp')]);
    await until(
      async () => (await sumOf('twofa_attempts_in_flight', {})) || null,
      AbortSignal.timeout(30_000),
    );
    process.kill(-pid, 'SIGINT');
    expect(await ended).toEqual([0, null]);
  } finally {
    killGroup(pid);
    await ended;
  }

  const [stdout, stderr] = await said;
  expect(stdout).toContain(`status page   ${WEB}/`);
  const [, inFlight = '', last = ''] = /in_flight=(\d+) event=stopping\n([^]*)$/.exec(stderr) ?? [];
  expect(Number(inFlight)).toBeGreaterThan(0);
  // Each attempt that was in flight is told of, with its outcome, before the end.
  expect(last.match(/ outcome=[a-z_]+ .*event=attempt$/gm)).toHaveLength(Number(inFlight));
  expect(last).toMatch(/event=stopped\n$/);

  // npm keeps a cache of its own compiled code there.
  expect((await readdir(scratch)).filter((name) => name !== 'node-compile-cache')).toEqual([]);
  expect(() => process.kill(-pid, 0)).toThrow('ESRCH');
  expect(await Promise.all([9823, 9824].map(isOpen))).toEqual([false, false]);
  expect(await succeed('git', ['status', '--porcelain'], { cwd: clone })).toBe('');
});

const okAttempts = (probe: string) => sumOf('twofa_attempts_total', { probe, outcome: 'ok' });

/** Over all series with these labels; 0 while nobody answers. */
async function sumOf(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const answer = await fetch(`${WEB}/metrics`);
  const families = readExposition(await answer.text(), false);
  const samples = families.get(name)?.samples ?? [];
  const wanted = samples.filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return wanted.reduce((sum, { value }) => sum + value, 0);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
