import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDaemon, type RunningDaemon } from '../support/daemon-process.ts';
import { createSimStage, type SimStage } from '../support/sim-daemon.ts';
import { RACK_SECRET, type ConfigData } from '../support/sim-config.ts';

const TOKENS = { readToken: 'read-token-canary-1', adminToken: 'admin-token-canary-2' };

/** All that is configured and all that was sent, by name: none of it may be found anywhere. */
function canaries({ sim }: SimStage): Record<string, string> {
  const { accounts, phones, authToken } = sim.world;
  const secret: Record<string, string> = { authToken, rack: RACK_SECRET, ...TOKENS };
  for (const { username, password, totpSecret, backupCodes } of accounts) {
    secret[`password of ${username}`] = password;
    secret[`totp secret of ${username}`] = totpSecret;
    for (const [index, code] of backupCodes.entries()) secret[`backup code ${index} of ${username}`] = code;
  }
  for (const { name, number } of phones) secret[`number of ${name}`] = number.slice(1);
  for (const message of sim.truth.messages()) secret[`text to ${message.to}`] = message.text;
  return secret;
}

/** Six digits turn up by chance in ids and times: only where they stand alone are they a code. */
function codesIn(text: string, { sim }: SimStage): string[] {
  const codes = sim.truth.sends().map(({ code }) => code);
  return codes.filter((code) => new RegExp(`(?<![0-9a-fA-F.])${code}(?![0-9a-fA-F])`).test(text));
}

function withEverything(config: ConfigData, { sim }: SimStage): void {
  const { targets, probes, controls } = config;
  Object.assign(config.web, TOKENS);
  const backup = sim.world.accounts.find(({ username }) => username === 'backup-1');
  const accounts = targets['acme']?.accounts ?? {};
  accounts['backup-1'] = {
    username: 'backup-1',
    password: backup?.password,
    backupCodes: backup?.backupCodes,
  };
  const { flow } = probes['acme-sms'] ?? {};
  probes['acme-backup'] = {
    target: 'acme',
    flow,
    factor: 'backup-code',
    accounts: ['backup-1'],
    schedule: '0 4 * * *',
  };
  const module = { kind: 'module', path: './blab.ts' };
  Object.assign(probes['acme-sms'] ?? {}, { accounts: ['sms-1', 'sms-2'] });
  probes['acme-blab'] = {
    target: 'acme',
    flow: module,
    factor: 'sms',
    accounts: ['sms-3'],
    schedule: '0 5 * * *',
  };
  controls['receive-path'] = { sender: 'own', phones: ['us-d'], schedule: '0 6 * * *' };
}

/** A user's flow that puts all that it was given into its error. */
const BLAB = `import { defineFlow } from 'twofa-prober';
export default defineFlow({
  async run({ http, account, stage, code }) {
    await stage('login', () =>
      http.post('/api/session', { json: { user: account.username, password: account.password } }));
    const otp = await code.request(() => http.post('/api/session/2fa/sms'));
    throw new Error(\`\${account.username} \${account.password} \${account.number} \${otp} \${encodeURIComponent(account.number)}\`);
  },
});
`;

async function readAll(daemon: RunningDaemon, stage: SimStage): Promise<Record<string, string>> {
  const attempts = await daemon.attempts();
  const paths = ['/metrics', '/config', '/', '/api/v1/targets', '/api/v1/probes', '/api/v1/attempts'];
  paths.push('/api/v1/verdicts', '/targets/acme', '/probes/acme-sms', '/-/ready', '/nowhere');
  const all = [...paths, ...attempts.map(({ id }) => `/attempts/${id}`)];
  const read = all.map(async (path) => [path, await (await daemon.get(path)).text()] as const);
  const open = await daemon.get('/metrics', 'application/openmetrics-text');
  const found = Object.fromEntries([...(await Promise.all(read)), ['OpenMetrics', await open.text()]]);
  for (const name of await readdir(stage.folder)) {
    // What the user wrote may hold what the user wrote.
    if (!/\.(ts|yaml)$/.test(name)) found[name] = await readFile(join(stage.folder, name), 'latin1');
  }
  return { ...found, stderr: daemon.stderr, stdout: daemon.stdout };
}

test(
  'nothing that is secret is found in logs, metrics, pages, the API or the store, whatever ran',
  { timeout: 60_000 },
  async () => {
    const stage = await createSimStage();
    await writeFile(join(stage.folder, 'blab.ts'), BLAB);
    await stage.write((config) => withEverything(config, stage));
    const daemon = await startDaemon(stage.configFile, { token: TOKENS.adminToken });
    const outcomes: Record<string, string> = {};
    for (const probe of ['acme-sms', 'acme-totp', 'acme-backup', 'acme-blab', 'receive-path']) {
      const { outcome, reason } = await daemon.attempt(await daemon.run(probe));
      outcomes[probe] = `${outcome}: ${reason}`;
    }
    const ok = 'ok: signed in with the second factor';
    expect(outcomes).toEqual({
      'acme-sms': ok,
      'acme-totp': ok,
      'acme-backup': ok,
      'acme-blab': 'flow_error: Error: sms-3 [secret] +1•••0113 [secret] %2B+1•••0113',
      'receive-path': ok,
    });

    const places = await readAll(daemon, stage);
    expect(Object.keys(places)).toContain('twofa.db');
    const found = Object.entries(places).flatMap(([place, text]) => [
      ...Object.entries(canaries(stage)).flatMap(([name, secret]) =>
        text.includes(secret) ? [`${name} in ${place}`] : [],
      ),
      ...codesIn(text, stage).map((code) => `code ${code} in ${place}`),
    ]);
    expect(found).toEqual([]);
    expect(stage.sim.truth.sends()).toHaveLength(2);
  },
);
