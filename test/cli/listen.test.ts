import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listen } from '../../src/cli/listen.ts';
import { INBOXES } from '../../src/inboxes/index.ts';
import { startFakeSmsc } from '../support/fake-smsc.ts';
import { folderOf } from '../support/flow-runner/run-in-node.ts';
import { freePort } from '../support/free-port.ts';
import { startMailServer } from '../support/mail-server.ts';

const KEY = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const nowhere = { host: '127.0.0.1', port: 1 };
/** What each kind needs; one that is added has to be listened to as well. */
const SETTINGS: Readonly<Record<string, object>> = {
  'android-sms-gateway': { signingKey: 'signing-key-of-tests-0123456789' },
  'aws-sns': { topicArn: 'arn:aws:sns:us-east-1:123456789012:sms' },
  httpsms: { signingKey: 'signing-key-of-tests-0123456789' },
  imap: { ...nowhere, user: 'codes', password: 'pw' },
  kannel: { token: 'token-of-tests-0123456789abcdef' },
  smpp: { ...nowhere, systemId: 'us', password: 'pw' },
  telnyx: { publicKey: KEY.toString('base64') },
  twilio: { accountSid: 'AC00000000000000000000000000000000', authToken: 't', apiUrl: 'http://127.0.0.1:1' },
  'twilio-receipts': { accountSid: 'AC00000000000000000000000000000000', authToken: 't' },
  vonage: { signatureSecret: 'signature-secret-of-tests' },
  webhook: { secret: 'rack-secret-for-tests' },
};

interface Listening {
  readonly written: string;
  /** Resolves once that was written. */
  says(text: RegExp): Promise<void>;
  stop(): Promise<number>;
}

async function startListening(kind: string, settings: object, phone: object): Promise<Listening> {
  const port = await freePort();
  const config = {
    contact: 'sre@acme.example',
    hooks: { listen: `127.0.0.1:${port}`, publicUrl: `http://127.0.0.1:${port}` },
    inboxes: { box: { kind, ...settings } },
    phones: { one: { inbox: 'box', ...phone } },
  };
  const folder = await folderOf({ 'twofa.yaml': JSON.stringify(config) });
  const stop = new AbortController();
  let written = '';
  const waiting: { text: RegExp; resolve: () => void }[] = [];
  const write = (text: string) => {
    written += text;
    for (const one of waiting.splice(0)) {
      if (one.text.test(written)) one.resolve();
      else waiting.push(one);
    }
  };
  const ended = listen(
    {
      terminal: { out: write, err: write, live: false, columns: 80 },
      flags: {
        configFile: join(folder, 'twofa.yaml'),
        webListenAddress: undefined,
        webConfigFile: undefined,
        logLevel: 'error',
        logFormat: 'logfmt',
      },
      version: '0.0.0-test',
      interrupted: stop.signal,
    },
    'box',
  );
  return {
    get written() {
      return written;
    },
    says: (text) =>
      text.test(written)
        ? Promise.resolve()
        : Promise.race([
            new Promise<void>((resolve) => void waiting.push({ text, resolve })),
            ended.then((status) => Promise.reject(new Error(`ended with ${status}: ${written}`))),
          ]),
    stop() {
      stop.abort(new Error('interrupted'));
      return ended;
    },
  };
}

const NUMBER = { number: '+15005550111', country: 'US', carrier: 'carrier-a' };
const MAILBOX = { address: 'codes@acme.example' };

test.each(INBOXES.filter((kind) => !kind.receiptsOnly).map(({ kind, reads }) => [kind, reads]))(
  'an inbox of kind %s can be listened to, and is left at once',
  async (kind, reads) => {
    const settings = SETTINGS[kind];
    if (!settings) throw new Error(`name the settings of ${kind} in this test`);
    const listening = await startListening(kind, settings, reads === 'address' ? MAILBOX : NUMBER);
    await listening.says(/listening to box.*; Ctrl-C ends it\n/);
    expect(await listening.stop()).toBe(0);
  },
);

test('what an SMSC delivers is shown as one line, without its text', async () => {
  const smsc = await startFakeSmsc();
  const settings = { host: '127.0.0.1', port: smsc.port, systemId: 'us', password: 'pw' };
  const listening = await startListening('smpp', settings, NUMBER);
  await listening.says(/in a session/);
  const session = await smsc.bound();
  await session.request('deliver_sm', {
    source_addr: 'ACME',
    destination_addr: '15005550111',
    data_coding: 3,
    short_message: Buffer.from('Code 493021'),
  });
  await listening.says(/from ACME {2}to one \(\+1•••0111\) {2}11 characters, a code of 6 can be read/);
  expect(listening.written).not.toMatch(/493021|5005550111/);
  expect(await listening.stop()).toBe(0);
});

test('what comes into a mailbox is shown as one line, without its text', async () => {
  const mails = await startMailServer('codes', 'pw-of-mail');
  const { port, ca } = mails;
  const settings = { host: '127.0.0.1', port, ca, user: 'codes', password: 'pw-of-mail' };
  const listening = await startListening('imap', settings, MAILBOX);
  await listening.says(/in a session/);
  const source = `From: no-reply@acme.example\r\nTo: codes@acme.example\r\nSubject: Code 493021\r\n\r\nHello\r\n`;
  mails.append(source, Date.now());
  await listening.says(/to one \(c•••@acme.example\) .*a code of 6 can be read/);
  expect(listening.written).not.toMatch(/493021|codes@/);
  expect(await listening.stop()).toBe(0);
});
