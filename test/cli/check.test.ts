import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folderOf } from '../support/flow-runner/run-in-node.ts';
import { runCommand } from '../support/daemon-process.ts';
import { CONFIG_ENV } from '../support/config-kinds.ts';
import { CONFIG_TEXT } from '../support/config-text.ts';

const OURS = fileURLToPath(new URL('../../node_modules/', import.meta.url));

const GOOD = `import { defineFlow } from 'twofa-prober';
export default defineFlow({
  async run({ stage, http, account }) { await stage('login', () => http.get(account.username)); },
});
`;

/** `check` in a folder with a configuration of two probes that both run ./login.ts, and these files. */
const check = (files: Readonly<Record<string, string>>, packages: readonly string[] = []) =>
  run(['check'], files, packages);

async function run(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
  packages: readonly string[] = [],
) {
  const folder = await folderOf({ 'twofa.yaml': CONFIG_TEXT, ...files });
  for (const name of packages) {
    await mkdir(join(folder, 'node_modules', name, '..'), { recursive: true });
    await symlink(join(OURS, name), join(folder, 'node_modules', name));
  }
  const command = runCommand([...args, `--config.file=${join(folder, 'twofa.yaml')}`], { ...CONFIG_ENV });
  const status = await command.ended();
  const lines = (text: string) => text.replaceAll(`${folder}/`, '').trimEnd().split('\n');
  return { status, out: lines(command.stdout), err: lines(command.stderr) };
}

test('a flow that loads passes; without typescript, check says that it did not check types', async () => {
  const { status, out, err } = await check({ 'login.ts': GOOD });
  expect({ status, err }).toEqual({ status: 0, err: [''] });
  expect(out.slice(0, 2)).toEqual([
    expect.stringMatching(
      /^twofa.yaml {2}notice: the types of login.ts were not checked: no typescript is installed for .*; npm install/,
    ),
    'twofa.yaml: ok',
  ]);
});

test('a missing file is a fault at every probe that names it', async () => {
  const { status, err } = await check({});
  expect({ status, err }).toEqual({
    status: 2,
    err: [
      'twofa.yaml: 2 faults',
      'twofa.yaml:23:11  probes.acme-sms.flow: login.ts cannot be read; expected a file that exports a flow',
      'twofa.yaml:28:11  probes.acme-totp.flow: login.ts cannot be read; expected a file that exports a flow',
    ],
  });
});

test('a file that does not load is a fault with its line, and its types are not looked at', async () => {
  const { status, err } = await check(
    { 'login.ts': `${GOOD}\nconst one: string = 1;\nthrow new Error('bang');\n` },
    ['typescript'],
  );
  expect({ status, err }).toEqual({
    status: 2,
    err: [
      'twofa.yaml: 2 faults',
      'twofa.yaml:23:11  probes.acme-sms.flow: login.ts:7 cannot be loaded: Error: bang',
      'twofa.yaml:28:11  probes.acme-totp.flow: login.ts:7 cannot be loaded: Error: bang',
    ],
  });
});

test('types that do not fit are faults with their place in the file, those of imported files among them', async () => {
  const { status, err } = await check(
    {
      'login.ts': GOOD.replace('account.username', "account.user, { jsn: at('/x') }").replace(
        '\n',
        "\nimport { at } from './at.ts';\n",
      ),
      'at.ts': 'export const at = (path: string): string =>\n  path.size;\n',
    },
    ['typescript'],
  );
  expect(status).toBe(2);
  expect(err).toEqual([
    'twofa.yaml: 3 faults',
    "at.ts:2:8  TS2339: Property 'size' does not exist on type 'string'.",
    "login.ts:4:85  TS2339: Property 'user' does not exist on type 'FlowAccount'.",
    "login.ts:4:93  TS2561: Object literal may only specify known properties, but 'jsn' does not exist in type 'RequestOptions'. Did you mean to write 'json'?",
  ]);
});

test.each([
  ['no package.json', {}],
  ['"type": "commonjs"', { 'package.json': '{"type":"commonjs"}' }],
])('types that fit pass in a folder with %s', async (_name, files) => {
  const flow = `import { readFileSync } from 'node:fs';
import { defineFlow, LoginRefused } from 'twofa-prober';
const text = await Promise.resolve(readFileSync(new URL(import.meta.url)).toString());
export default defineFlow<{ tenant: string }>({
  async run({ options }) { throw new LoginRefused(options.tenant.trim() + text); },
});
`;
  const { status, out } = await check({ ...files, 'login.ts': flow }, ['typescript', '@types/node']);
  expect({ status, first: out[0] }).toEqual({ status: 0, first: 'twofa.yaml: ok' });
});

test('JavaScript has no types, so nothing is said of them', async () => {
  const config = CONFIG_TEXT.replaceAll('./login.ts', './login.mjs');
  const { status, out } = await check({ 'twofa.yaml': config, 'login.mjs': GOOD });
  expect({ status, first: out[0] }).toEqual({ status: 0, first: 'twofa.yaml: ok' });
});

test.each([[['start']], [['run', 'acme-sms']]])(
  '%j is refused with 2 when a flow does not load',
  async (args) => {
    const { status, err } = await run(args, { 'login.ts': 'export default { run: 5 };' });
    const fault = 'login.ts: expected its default export to be a flow with a function run';
    expect({ status, err }).toEqual({
      status: 2,
      err: [`cannot ${args[0]}: probes.acme-sms.flow: ${fault}; probes.acme-totp.flow: ${fault}`],
    });
  },
);

test('what a flow leaves running does not keep the command from ending', async () => {
  const { status, out } = await check({ 'login.ts': `setInterval(() => {}, 1e6);\n${GOOD}` });
  expect({ status, last: out[1] }).toEqual({ status: 0, last: 'twofa.yaml: ok' });
});
