import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { redactedConfig } from '../../src/config/redacted.ts';
import { CONFIG_ENV } from '../support/config-kinds.ts';
import { CONFIG_TEXT, configOf } from '../support/config-text.ts';

const redacted = async (text: string, env = CONFIG_ENV) => redactedConfig(await configOf(text, { env }));

test('every secret is hidden, every number masked, and what is left is YAML with its defaults', async () => {
  const text = await redacted(CONFIG_TEXT);
  const shown: unknown = parse(text);
  expect(shown).toMatchObject({
    contact: 'sre@acme.example',
    web: { host: '127.0.0.1', port: 9823, readToken: null },
    inboxes: { rack: { kind: 'webhook', settings: { secret: '[secret]', window: 300_000 } } },
    phones: { 'us-a': { number: '+1•••0111', route: 'us-carrier-a' } },
    senders: { own: { settings: { from: '+1•••0006', authToken: '[secret]' } } },
    targets: { acme: { accounts: { 'sms-1': { username: 'one', password: '[secret]', phone: 'us-a' } } } },
    probes: { 'acme-sms': { deadlineMs: 60_000, accounts: ['sms-1', 'sms-2'] } },
  });
  for (const value of Object.values(CONFIG_ENV)) expect(text).not.toContain(value);
  expect(text).not.toMatch(/1500555/);
});

test('what came from outside the file is hidden wherever it stands, also inside another text', async () => {
  const env = { ...CONFIG_ENV, KEY: 'sesame-open' };
  const flow =
    '{ kind: module, path: ./login.ts, options: { link: "https://x.example/?k=${KEY}", list: ["${KEY}"] } }';
  const text = await redacted(
    CONFIG_TEXT.replace('{ kind: module, path: ./login.ts }', () => flow),
    env,
  );
  expect(text).not.toContain('sesame');
});

test('a secret that was written into a flow is hidden by its name, a template is not', async () => {
  const flow = `{ kind: http, steps: [
      { stage: login, post: /, json: { password: hunter2, apiKey: hunter2, user: '{{username}}', pass: '{{password}}' }, headers: { X-Partner: hunter2 } },
      { stage: request_code, sends: true, post: / }, { stage: verify, post: /, when: [ { text: /ok/i, is: next } ] } ] }`;
  const text = await redacted(CONFIG_TEXT.replace('{ kind: module, path: ./login.ts }', () => flow));
  expect(text).not.toContain('hunter2');
  expect(text).toContain('{{password}}');
  expect(text).toContain('{{username}}');
  expect(text).toContain('/ok/i');
});

test("an account's vars are hidden, whatever they are called", async () => {
  const text = await redacted(
    CONFIG_TEXT.replace('username: one,', 'username: one, vars: { branch: hunter2 },'),
  );
  expect(text).toContain('branch: "[secret]"');
});

test('a probe whose name sounds like a secret is shown all the same', async () => {
  const text = await redacted(CONFIG_TEXT.replace('acme-totp:', 'password-reset:'));
  expect(parse(text)).toMatchObject({ probes: { 'password-reset': { factor: 'totp', timeoutMs: 20_000 } } });
});

test("a mailbox's address is masked, also where it is a user name, and the mailbox has a route of its own", async () => {
  const text = await redacted(
    CONFIG_TEXT.replace('phones:\n', 'phones:\n  mail-1: { address: Codes@acme.example, inbox: mail }\n')
      .replace(
        'inboxes:\n',
        'inboxes:\n  mail: { kind: imap, host: imap.acme.example, user: codes, password: ${P1} }\n',
      )
      .replace('username: one,', 'username: codes@acme.example,'),
  );
  expect(text).not.toMatch(/codes@/i);
  const shown = {
    number: 'c•••@acme.example',
    route: 'mail-acme.example',
    carrier: 'acme.example',
    line: 'mail',
  };
  expect(parse(text)).toMatchObject({ phones: { 'mail-1': { ...shown, perSms: 0 } } });
});
