import { expect, test } from 'vitest';
import { folderOf, runInNode } from '../support/flow-runner/run-in-node.ts';
import { startJsonApi } from '../support/login-servers/json-api.ts';
import { serve } from '../support/login-servers/server.ts';

const FLOW = `
import { defineFlow } from 'twofa-prober';
import { pathOf } from './paths.ts';
interface Options { tenant: string }
export default defineFlow<Options>({
  async run({ http, account, stage, code, expect, options }) {
    const password = account.password as string;
    await stage('login', async () => {
      const answer = await code.sending(() => http.post(pathOf(options.tenant), {
        json: { user: account.username, password }, throwOnStatus: false }));
      const word = await expect(answer, [
        { status: 401, json: { '/error/code': 'otp_required' }, is: 'challenge' },
        { status: 401, is: 'login_refused' },
      ]);
      if (word !== 'challenge') throw new Error('unexpected ' + word);
    });
    await stage('verify', (otp) => http.post('/api/login', { json: { user: account.username, password, otp } }));
    await stage('logout', () => http.post('/api/logout'));
  },
});
`;

test.each([
  ['no package.json', {}],
  ['"type": "module"', { 'package.json': '{"type":"module"}' }],
  ['"type": "commonjs"', { 'package.json': '{"type":"commonjs"}' }],
])('a TypeScript flow runs from a folder with %s', async (_name, files) => {
  const server = await startJsonApi();
  const folder = await folderOf({
    ...files,
    'acme.ts': FLOW,
    'paths.ts': 'export const pathOf = (tenant: string): string => `/${tenant}/login`;',
  });
  const settings = { path: './acme.ts', options: { tenant: 'api' } };
  const codes = ['000000', '482913'];
  const [ended] = await runInNode({ kind: 'module', settings, url: server.url, folder, codes });
  expect(ended).toMatchObject({ outcome: 'ok', logout: 'ok' });
  expect(ended?.events.filter((event) => event !== 'permit')).toEqual([
    'login',
    'written',
    'POST /api/login 401',
    'verify',
    'POST /api/login 401',
    'POST /api/login 200',
    'logout',
    'POST /api/logout 204',
  ]);
  expect(server.sessions.size).toBe(0);
});

test('a JavaScript flow can throw the typed errors, and its own logout runs after a failure past login', async () => {
  const server = await serve(() => ({}));
  const folder = await folderOf({
    'package.json': '{"type":"commonjs"}',
    'acme.js': `
      import { defineFlow, CodeRejected } from 'twofa-prober';
      export default defineFlow({
        async run({ stage, http, code }) {
          await stage('login', () => http.get('/in'));
          await code.request(() => http.post('/send'));
          await stage('verify', async () => { throw new CodeRejected('said no'); });
        },
        async logout({ http, stage }) { await stage('logout', () => http.post('/out')); },
      });`,
  });
  const job = { kind: 'module', settings: { path: 'acme.js' }, url: server.url, folder, codes: ['1'] };
  const [ended] = await runInNode(job);
  expect(ended).toMatchObject({ outcome: 'code_rejected', reason: 'said no', logout: 'ok' });
  expect(server.received.map((request) => request.path)).toEqual(['/in', '/send', '/out']);
});

const FAULTY: readonly [string, string, RegExp][] = [
  ['other.ts', '', /acme\.ts cannot be read; expected a file that exports a flow$/],
  ['acme.ts', 'export default {\n  run( {\n', /acme\.ts:\d+ cannot be loaded: SyntaxError: /],
  ['acme.ts', '\nenum A { b }\nexport default A;', /acme\.ts:2 cannot be loaded: .*enum is not supported/],
  ['acme.ts', "import { x } from 'twofa-prober';\nx;", /acme\.ts:1 cannot be loaded: .*'x'/],
  ['acme.ts', '\n\nthrow new Error("boom");', /acme\.ts:3 cannot be loaded: Error: boom$/],
  ['acme.ts', 'export const flow = 1;', /acme\.ts has no default export; expected/],
  ['acme.ts', 'export default { go() {} };', /acme\.ts: expected its default export to be a flow/],
];
test('whatever is wrong with a file, it is named with its place', async () => {
  const jobs = await Promise.all(
    FAULTY.map(async ([file, text]) => {
      const folder = await folderOf({ [file]: text });
      const settings = { path: './acme.ts' };
      return { kind: 'module', settings, url: 'http://127.0.0.1:9', folder, prepareOnly: true };
    }),
  );
  const faults = (await runInNode(...jobs)).map((ended) => ended.fault);
  for (const [index, [, , words]] of FAULTY.entries()) expect(faults[index]).toMatch(words);
  expect(faults.join()).not.toContain('twofa-flow=');
});

test('each load reads the file and what it imports afresh', async () => {
  const folder = await folderOf({
    'acme.ts': `
      import { LoginRefused } from 'twofa-prober';
      import { loads } from './loads.ts';
      export default { run: async () => { throw new LoginRefused('loaded ' + loads); } };`,
    'loads.ts': `
      const shared = globalThis as { loads?: number };
      shared.loads = (shared.loads ?? 0) + 1;
      export const loads = shared.loads;`,
  });
  const job = { kind: 'module', settings: { path: 'acme.ts' }, url: 'http://127.0.0.1:9', folder };
  const endings = await runInNode(job, job);
  expect(endings.map((ended) => ended.reason)).toEqual(['loaded 1', 'loaded 2']);
});
