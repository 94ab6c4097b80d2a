import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Loads what a daemon loads, in a process of its own, and lists which of twilio's files came with it. */
const SCRIPT = `
  import { createRequire } from 'node:module';
  const { INBOXES } = await import('./src/inboxes/index.ts');
  const { SENDERS } = await import('./src/senders/index.ts');
  const settings = { accountSid: 'AC' + '0'.repeat(32), authToken: 'x' };
  const inbox = INBOXES.find((one) => one.kind === 'twilio');
  inbox.create(inbox.schema.parse(settings), { name: 'a', publicUrl: null });
  const sender = SENDERS.find((one) => one.kind === 'twilio');
  sender.create(sender.schema.parse({ ...settings, from: '+15005550006', perSms: 0.01 }), { name: 'b' });
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  console.log(loaded.filter((file) => file.includes('/node_modules/')).map((file) => file.split('/node_modules/')[1]).join('\\n'));
`;

test('the client is not loaded before it is used: signatures are checked without it', async () => {
  const args = ['--input-type=module', '--eval', SCRIPT];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: process.cwd() });
  expect(
    stdout
      .trim()
      .split('\n')
      .filter((file) => file.startsWith('twilio/')),
  ).toEqual(['twilio/lib/webhooks/webhooks.js']);
  expect(stdout).not.toContain('axios');
});
