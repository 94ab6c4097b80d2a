import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUTHORITY, SERVER } from '../support/certificates.ts';
import { command } from '../support/command.ts';
import { runCommand } from '../support/daemon-process.ts';
import { createSimStage } from '../support/sim-daemon.ts';
import { basic, HASH, PASSWORD } from '../support/web-guards.ts';

async function stageWith(webText: string) {
  const stage = await createSimStage();
  await stage.write();
  const webFile = join(stage.folder, 'web.yml');
  await writeFile(webFile, webText);
  await writeFile(join(stage.folder, 'server.crt'), SERVER.cert);
  await writeFile(join(stage.folder, 'server.key'), SERVER.key);
  return { ...stage, flags: [`--config.file=${stage.configFile}`, `--web.config.file=${webFile}`] };
}

const WEB = `tls_server_config: { cert_file: server.crt, key_file: server.key }
basic_auth_users: { alice: ${HASH} }
`;

async function ask(port: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request(
    { host: '127.0.0.1', port, path: '/metrics', ca: AUTHORITY, headers, agent: false },
    resolve,
  );
  sent.once('error', reject);
  sent.end();
  return (await promise).resume();
}

test(
  'the daemon serves its page and metrics by TLS to the users of the file',
  { timeout: 60_000 },
  async () => {
    const { flags } = await stageWith(WEB);
    const daemon = runCommand(['start', ...flags, '--log.format=json']);
    const [, port = ''] = await daemon.writes(/"web":"127\.0\.0\.1:([0-9]+)"/);
    expect((await ask(port, {})).statusCode).toBe(401);
    expect((await ask(port, basic('alice', PASSWORD))).statusCode).toBe(200);
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended()).toBe(0);
    expect(daemon.stderr).not.toContain(HASH);
  },
);

test('check tells the faults of the web configuration file too', async () => {
  const { flags } = await stageWith('tls_server_confg: {}\n');
  const checking = command('check', ...flags);
  expect(await checking.status).toBe(2);
  expect(checking.stderr).toMatch(
    /web\.yml:1:1 {2}tls_server_confg: unknown key; did you mean "tls_server_config"\?/,
  );
});
