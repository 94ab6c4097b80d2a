import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONFIG_FILE, readText, ROOT, secretsOf, variablesOfConfig } from '../deploy/deploy-files.ts';
import { cloneCheckout } from '../support/checkout.ts';
import { execute, succeed, userEnvironment, type Ended } from '../support/execute.ts';
import { followDockerfile, type Image } from '../support/image.ts';
import { freePort } from '../support/free-port.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const secrets = secretsOf(variablesOfConfig().needed);

let folder: string;
let image: Image;
let postgres: TestPostgres;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twofa-deployment-'));
  // The image's user is another than ours.
  await chmod(folder, 0o755);
  const clone = join(folder, 'clone');
  await cloneCheckout(clone);
  [image, postgres] = [await followDockerfile(clone, folder), await startPostgres()];
}, 300_000);
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A place for the configuration of the deployment, with ports that are free here. */
async function place(name: string) {
  const [web, hooks, root] = [await freePort(), await freePort(), join(folder, name)];
  await mkdir(root);
  const local = (words: string) =>
    words
      .replaceAll('/etc/twofa-prober/', `${root}/`)
      .replaceAll(/(0\.0\.0\.0|127\.0\.0\.1):9823/g, `$1:${web}`)
      .replaceAll('0.0.0.0:9824', `0.0.0.0:${hooks}`);
  await writeFile(join(root, 'twofa-prober.yaml'), local(readText(CONFIG_FILE)));
  const base = `http://127.0.0.1:${web}`;
  return { web: base, hooks: `http://127.0.0.1:${hooks}`, local };
}

interface Started {
  readonly said: Promise<string>;
  /** SIGTERM, and the exit status. */
  stop(): Promise<unknown>;
}

/** As the image's user where we may choose. */
function start(command: readonly string[], env: NodeJS.ProcessEnv): Started {
  const [program = '', ...args] = command;
  const who = process.getuid?.() === 0 ? { uid: image.user, gid: image.user } : {};
  const environment = { ...userEnvironment(), ...image.env, ...env };
  const child = spawn(program, args, {
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...who,
  });
  const [said, ended] = [text(child.stderr), once(child, 'exit')];
  return {
    said,
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}

const inImage = (words: string): string => words.replaceAll('/opt/', `${image.root}/opt/`);

test('what the Dockerfile makes starts as its user, is healthy by its own check, and ends in order', async ({
  signal,
}) => {
  const { web, hooks, local } = await place('container');
  const env = { ...secrets, TWOFA_STORE: await postgres.database(), TWOFA_HOOKS: local('0.0.0.0:9824') };
  const [check = '', ...words] = image.healthcheck.map(local);
  const isHealthy = async () => (await execute(check, words, { cwd: folder })).status;
  expect(await isHealthy()).toBe(1);
  const daemon = start(
    image.command.map((word) => local(inImage(word))),
    env,
  );
  try {
    await until(async () => (await fetch(`${web}/-/ready`).catch(() => null))?.ok || null, signal);
    expect(await isHealthy()).toBe(0);
    const scraped = await fetch(`${web}/metrics`, {
      headers: { authorization: `Bearer ${secrets['TWOFA_READ_TOKEN']}` },
    });
    expect([scraped.status, await scraped.text()]).toEqual([
      200,
      expect.stringContaining('twofa_build_info{'),
    ]);
    expect((await fetch(`${web}/metrics`)).status).toBe(401);
    expect((await fetch(`${hooks}/hooks/gateway`, { method: 'POST', body: '{}' })).status).toBe(415);
  } finally {
    expect(await daemon.stop()).toBe(0);
  }
  expect(await daemon.said).toContain('event=stopped');
});

test('it holds no build tool, no test and no secret of the checkout', async () => {
  const found = await succeed(
    'find',
    ['.', '-name', '.env*', '-o', '-name', 'typescript', '-o', '-name', 'test'],
    {
      cwd: join(image.root, 'opt/twofa-prober'),
    },
  );
  expect(
    found
      .split('\n')
      .filter((path) => !path.includes('/node_modules/'))
      .join(''),
  ).toBe('');
  expect(found).not.toContain('node_modules/typescript');
});

/** The unit, with programs that are here. */
async function unitHere(local: (words: string) => string): Promise<string> {
  const unit = await readFile(join(ROOT, 'docs/deploy/twofa-prober.service'), 'utf8');
  const installed = join(image.root, 'opt/twofa-prober');
  return local(unit)
    .replaceAll('/usr/bin/node', process.execPath)
    .replaceAll('/opt/twofa-prober/node_modules/twofa-prober', installed);
}

test('the systemd unit is one: systemd finds nothing wrong with it, and little exposed', async () => {
  const file = join(folder, 'twofa-prober.service');
  await writeFile(file, await unitHere((words) => words));
  const analyze = (...args: string[]): Promise<Ended> =>
    execute('systemd-analyze', [...args, file], { cwd: folder });
  expect(await analyze('verify', '--man=no')).toMatchObject({ status: 0, stderr: '' });
  // Of 100; what is left is the network, which it is for, and the code that V8 makes.
  expect(await analyze('security', '--offline=true', '--threshold=15', '--no-pager')).toMatchObject({
    status: 0,
  });
  await writeFile(file, (await unitHere((words) => words)).replace('ProtectHome=yes', 'ProtectHome=perhaps'));
  expect((await analyze('verify', '--man=no')).stderr).toContain('Failed to parse protect home value');
});

test('its commands work: the second returns once the first is ready', async () => {
  const { web, local } = await place('systemd');
  const unit = await unitHere(local);
  const commandOf = (key: string) => {
    const [, line = ''] = new RegExp(`^${key}=(.*)$`, 'm').exec(unit) ?? [];
    return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  };
  const state = join(folder, 'state');
  await mkdir(state);
  await chmod(state, 0o777);
  const [program = '', ...args] = commandOf('ExecStartPost');
  const waiting = execute(program, args, { cwd: folder });
  const daemon = start(commandOf('ExecStart'), {
    ...secrets,
    TWOFA_STORE: join(state, 'twofa.db'),
    TWOFA_HOOKS: '127.0.0.1:0',
  });
  try {
    expect(await waiting).toEqual({ status: 0, stdout: '', stderr: '' });
    expect((await fetch(`${web}/-/ready`)).status).toBe(200);
  } finally {
    expect(await daemon.stop()).toBe(0);
  }
});

test('Prometheus takes the configuration that Compose gives it, with all rules', async () => {
  const home = join(folder, 'prometheus');
  await cp(join(ROOT, 'grafana/alerts/rules'), join(home, 'rules'), { recursive: true });
  await writeFile(join(home, 'read_token'), 'a token');
  const config = readText('docs/deploy/prometheus.yml')
    .replace('/etc/prometheus/rules', join(home, 'rules'))
    .replace('/run/secrets', home);
  await writeFile(join(home, 'prometheus.yml'), config);
  const { status, stdout } = await execute('promtool', ['check', 'config', join(home, 'prometheus.yml')], {
    cwd: home,
  });
  expect([status, stdout]).toEqual([0, expect.stringContaining('9 rule files found')]);
});
