import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { cloneBuilt, ROOT } from '../support/checkout.ts';
import { execute, succeed, userEnvironment, type Ended } from '../support/execute.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

/** The oldest Node.js that package.json allows. */
const OLDEST = '22.18.0';

let folder: string;
let clone: string;
let user: string;

const installed = (...path: string[]) => join(user, 'node_modules', ...path);
/** As the README has it; npm's own remarks on how it is set up here left out. */
async function prober(command: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const ended = await execute('npx', ['twofa-prober', command], { cwd: user, env });
  return { ...ended, stderr: ended.stderr.replace(/^npm (warn|notice) .*\n/gm, '') };
}

/** An empty folder of a user's, who installs what `npm pack` made. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twofa-package-'));
  clone = join(folder, 'clone');
  user = join(folder, 'user');
  await cloneBuilt(clone);
  const packed = await succeed('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: clone,
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  await mkdir(user);
  await writeFile(join(user, 'package.json'), '{"private":true}');
  await succeed('npm', ['install', '--no-audit', join(folder, filename), `node@${OLDEST}`], { cwd: user });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('is what publint expects', async () => {
    const { messages } = await publint({ pkgDir: installed('twofa-prober'), pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  test('holds the build, the examples and the alerts, and nothing else', async () => {
    const top = await readdir(installed('twofa-prober'));
    expect(top.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bin',
      'dist',
      'grafana',
      'package.json',
      'probes',
      'schema.json',
    ]);
    const expected = [
      /^bin\/twofa-prober\.js$/,
      /^dist\/(LICENSES\.txt|index\.js)$/,
      /^dist\/([a-z-]+\/)*[a-z-]+\.d\.ts$/,
      /^dist\/lib\/[\w-]+\.js$/,
      /^dist\/lib\/assets\/[\w-]+\.(css|js|svg)$/,
      /^grafana\/([a-z-]+\/)*[\w-]+(\.example)?\.(json|ya?ml|md)$/,
      /^probes\/([a-z-]+\/)*[\w-]+\.(ts|ya?ml|md)$/,
      /^probes\/modems\/[\w.-]+\.(mjs|json)$/,
    ];
    const files = (await filesOf('twofa-prober')).filter((file) => file.includes('/'));
    expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files.filter((file) => /(^|\/)tests?(\/|\.)/.test(file))).toEqual([]);
    expect(files).toContain('dist/lib/assets/style.css');
  });

  test('names no folder of the machine that built it', async () => {
    for (const file of await filesOf('twofa-prober')) {
      const text = await readFile(installed('twofa-prober', file), 'utf8');
      expect([file, text.includes(clone) || text.includes(ROOT)]).toEqual([file, false]);
    }
  });

  test('brings the notices of the libraries that are built into it, which are not installed', async () => {
    const notices = await readFile(installed('twofa-prober', 'dist/LICENSES.txt'), 'utf8');
    const names = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+$/gm)].map(([, name]) => name ?? '');
    expect(names).toEqual(['kysely', 'libphonenumber-js', 'yaml', 'zod']);
    expect(Object.keys(manifest.dependencies).filter((name) => names.includes(name))).toEqual([]);
    expect(notices.match(/Permission (is hereby granted|to use)/g)).toHaveLength(4);
  });
});

describe('installed, on the oldest Node.js allowed', () => {
  test('it tells its version', async () => {
    const node = await succeed('npx', ['node', '-p', 'process.versions.node'], { cwd: user });
    expect(node).toBe(`${OLDEST}\n`);
    expect(await prober('--version')).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test('init writes a file that check finds good once the secrets are given, and 2 before', async () => {
    expect((await prober('init')).status).toBe(0);
    const before = await prober('check');
    expect(before).toMatchObject({ status: 2, stdout: '' });
    expect(before.stderr).toContain('environment variable SMS_HOOK_SECRET is not set');
    const secrets = {
      SMS_HOOK_SECRET: '0123456789abcdef0123456789abcdef',
      PROBE_PASSWORD_1: 'one',
      PROBE_PASSWORD_2: 'two',
      PROBE_TOTP_SECRET: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    };
    const after = await prober('check', secrets);
    expect(after).toMatchObject({ status: 0, stderr: '' });
    expect(after.stdout).toContain('codes');
  });

  test('schema prints the schema that is shipped', async () => {
    const { status, stdout } = await prober('schema');
    const shipped: unknown = JSON.parse(await readFile(installed('twofa-prober', 'schema.json'), 'utf8'));
    expect([status, JSON.parse(stdout)]).toEqual([0, shipped]);
  });
});

/** Types that Node strips, and a file of the user's own beside it. */
const FLOW = `import { defineFlow, type FlowApi } from 'twofa-prober';
import { rules } from './rules.ts';

const password = ({ account }: FlowApi): string => account.password;

export default defineFlow({
  async run(api) {
    const { http, account, stage, code, expect } = api;
    await stage('login', async () => {
      const json = { user: account.username, password: password(api) };
      await expect(await http.post('/api/session', { json, throwOnStatus: false }), rules);
    });
    await code.request(() => http.post('/api/session/2fa/sms'));
    await stage('verify', (otp) => http.post('/api/session/2fa', { json: { code: otp } }));
    await stage('logout', () => http.delete('/api/session'));
  },
});
`;
const RULES = `import type { AnswerRule } from 'twofa-prober';

export const rules: AnswerRule[] = [
  { json: { '/challenge': 'second_factor' }, is: 'challenge' },
  { json: { '/signedIn': true }, is: 'signed_in' },
  { status: 401, is: 'login_refused' },
];
`;

describe("a user's flow in TypeScript", () => {
  let sim: Simulator;
  beforeAll(async () => {
    sim = await startSimulator();
    await mkdir(join(user, 'flows'), { recursive: true });
    await writeFile(join(user, 'flows/acme.ts'), FLOW);
    await writeFile(join(user, 'flows/rules.ts'), RULES);
    await writeFile(join(user, 'acme.yaml'), configuration(sim));
  });
  afterAll(() => sim.stop());

  const run = (node: string, probe: string) =>
    execute(
      node,
      [installed('twofa-prober/bin/twofa-prober.js'), 'run', probe, '--json', '--config.file=acme.yaml'],
      { cwd: user },
    );

  test.each([
    ['no "type"', 'the oldest', {}],
    ['no "type"', 'this', {}],
    ['"type": "module"', 'the oldest', { type: 'module' }],
    ['"type": "commonjs"', 'this', { type: 'commonjs' }],
  ])('runs in a folder with %s, on %s Node.js', async (_, which, fields) => {
    await writeFile(join(user, 'package.json'), JSON.stringify({ private: true, ...fields }));
    const node = which === 'this' ? process.execPath : installed('node/bin/node');
    const { status, stdout, stderr } = await run(node, 'acme');
    expect({ status, stderr: stderr.replace(/^acme: .*\n/gm, '') }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ probe: 'acme', outcome: 'ok', cause: 'manual' });
  });

  test('ends run with 1 for a fault of the target, 3 where nothing could be measured, 2 for bad usage', async () => {
    const outcomes: unknown[] = [];
    for (const scenario of ['2fa-not-asked', 'rate-limit site']) {
      await sim.set('healthy');
      await sim.set(scenario);
      const { status, stdout } = await run(process.execPath, 'acme');
      outcomes.push([status, (JSON.parse(stdout) as { outcome: string }).outcome]);
    }
    expect(outcomes).toEqual([
      [1, 'challenge_missing'],
      [3, 'rate_limited'],
    ]);
    expect((await run(process.execPath, 'acne')).status).toBe(2);
  });

  test('is checked by the types that the package brings', async () => {
    const wrong = `import { defineFlow } from 'twofa-prober';
export default defineFlow({
  async run({ http, stage }) {
    await stage('delivery', () => http.get('/'));
    const status: string = (await http.get('/')).status;
  },
});
`;
    await writeFile(join(user, 'flows/wrong.ts'), wrong);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--allowImportingTsExtensions',
      '--target',
      'es2022',
    ];
    const check = (file: string) =>
      execute(process.execPath, [tsc, ...flags, '--module', 'nodenext', '--types', '', file], { cwd: user });
    expect(await check('flows/acme.ts')).toEqual({ status: 0, stdout: '', stderr: '' });
    const { stdout } = await check('flows/wrong.ts');
    expect(stdout.match(/^flows\/wrong\.ts\(\d+,\d+\): error TS\d+/gm)).toEqual([
      'flows/wrong.ts(4,17): error TS2345',
      'flows/wrong.ts(5,11): error TS2322',
    ]);
  });
});

test('the installed daemon serves its page with all that the page links to, and metrics', async ({
  signal,
}) => {
  const web = `127.0.0.1:${await freePort()}`;
  const bin = installed('twofa-prober/bin/twofa-prober.js');
  await writeFile(join(user, 'page.yaml'), `contact: sre@acme.example\nstore: ./page.db\n${WATCHED}`);
  const args = [bin, 'start', '--config.file=page.yaml', `--web.listen-address=${web}`];
  const child = spawn(process.execPath, args, { cwd: user, env: userEnvironment(), stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    const get = async (path: string) => {
      const answer = await fetch(`http://${web}${path}`, { signal });
      return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
    };
    await until(async () => (await get('/-/ready')).status === 200 || null, signal);
    const page = await get('/');
    expect(page).toMatchObject({ status: 200, type: expect.stringContaining('text/html') });
    const links = [...page.body.matchAll(/(?:href|src)="(\/[^"]+\.(?:css|js|svg)(?:\?[^"]*)?)"/g)];
    const assets = links.map(([, path]) => path ?? '');
    expect(assets).toContainEqual(expect.stringContaining('.css'));
    for (const path of assets) expect([path, (await get(path)).status]).toEqual([path, 200]);
    expect((await get('/metrics')).body).toContain('twofa_build_info{');
    // The thread of the store was found: its file is there.
    expect(await readdir(user)).toContain('page.db');
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toEqual([0, null]);
});

/** A probe that does not fire. */
const WATCHED = `
targets:
  acme:
    url: https://login.acme.example
    authorized: true
    accounts: { one: { username: one, password: first, totpSecret: JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP } }
probes:
  acme:
    target: acme
    factor: totp
    schedule: '0 0 1 1 *'
    flow: { kind: http, steps: [
      { stage: login, post: /session, json: { user: '{{username}}' } },
      { stage: verify, post: /session/code, json: { code: '{{code}}' } },
      { stage: logout, delete: /session } ] }
`;

async function filesOf(name: string): Promise<string[]> {
  const entries = await readdir(installed(name), { recursive: true, withFileTypes: true });
  const base = installed(name).length + 1;
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(base));
}

interface Simulator {
  readonly loginUrl: string;
  /** Several, because no account gives two codes in the same half minute. */
  readonly accounts: readonly { username: string; password: string; totpSecret: string }[];
  set(scenario: string): Promise<void>;
  stop(): Promise<void>;
}

/** `twofa-prober sim` of the installed package, at a port of its choice. */
async function startSimulator(): Promise<Simulator> {
  const args = [installed('twofa-prober/bin/twofa-prober.js'), 'sim', '--port', '0'];
  const child = spawn(process.execPath, args, {
    cwd: user,
    env: userEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('Ctrl-C ends it.')) break;
  }
  const [, loginUrl = ''] = /^login site +(\S+)\/login /m.exec(said) ?? [];
  const [, controlUrl = ''] = /^scenarios +(\S+) /m.exec(said) ?? [];
  const lines = said.matchAll(/^ +(?<username>\S+) +password (?<password>\S+) +totp (?<totpSecret>\S+)$/gm);
  return {
    loginUrl,
    accounts: Array.from(lines, ({ groups: { username = '', password = '', totpSecret = '' } = {} }) => {
      return { username, password, totpSecret };
    }),
    async set(scenario) {
      const answer = await fetch(`${controlUrl}sim/scenarios`, {
        method: 'POST',
        body: new URLSearchParams({ scenario }),
      });
      if (!answer.ok) throw new Error(`${scenario}: ${answer.status} ${await answer.text()}`);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
    },
  };
}

const configuration = ({ loginUrl, accounts }: Simulator) => `
contact: sre@acme.example
targets:
  acme:
    url: ${loginUrl}
    authorized: true
    limits: { spacing: 0s }
    accounts: ${JSON.stringify(Object.fromEntries(accounts.map((account) => [account.username, account])))}
probes:
  acme: { target: acme, flow: { kind: module, path: ./flows/acme.ts }, factor: totp, schedule: '0 * * * *' }
`;
