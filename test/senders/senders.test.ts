import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Sender, SenderKind } from '../../src/ports/sender.ts';
import { gammuSender } from '../../src/senders/gammu.ts';
import { httpSender } from '../../src/senders/http.ts';
import { SENDERS } from '../../src/senders/index.ts';
import { telnyxSender } from '../../src/senders/telnyx.ts';
import { twilioSender } from '../../src/senders/twilio.ts';
import { vonageSender } from '../../src/senders/vonage.ts';
import { senderContract, type Manner, type SenderSubject } from '../contracts/sender-contract.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from '../support/fake-twilio.ts';
import { startProvider, type ProviderRequest, type StandIn } from '../support/provider-stand-in.ts';

const TO = '+15005550111';

function build(kind: SenderKind, settings: Record<string, unknown>): { sender: Sender; settings: unknown } {
  const parsed = kind.schema.parse({ perSms: 0.0083, ...settings });
  return {
    sender: kind.create(parsed, { name: 'control', logger: { log: () => undefined } }),
    settings: parsed,
  };
}

const json = (status: number, document: unknown) => ({ status, body: JSON.stringify(document) });
const formOf = (request: ProviderRequest) => Object.fromEntries(new URLSearchParams(request.body));

const harness = (
  kind: SenderKind,
  standIn: StandIn,
  rest: { settings: Record<string, unknown>; id: string; secrets: string[] },
) => ({
  ...build(kind, rest.settings),
  asked: standIn.asked,
  reached: standIn.reached,
  id: rest.id,
  secrets: rest.secrets,
});

const twilioError = (status: number, code: number) =>
  json(status, { status, code, message: `About ${TO}`, more_info: '' });

const twilio: SenderSubject = {
  name: 'twilio',
  async open(manner) {
    const standIn = await startProvider(manner, {
      read: (request) => ({ to: formOf(request)['To'] ?? '', text: formOf(request)['Body'] ?? '' }),
      replies: {
        accepts: json(201, { sid: 'SM1', status: 'queued' }),
        refuses: twilioError(400, 21_211),
        limits: twilioError(429, 20_429),
        'is down': twilioError(503, 20_503),
      },
    });
    const settings = {
      accountSid: ACCOUNT_SID,
      authToken: AUTH_TOKEN,
      from: '+15005550006',
      apiUrl: standIn.url,
    };
    return harness(twilioSender, standIn, { settings, id: 'SM1', secrets: [AUTH_TOKEN] });
  },
};

const vonagePart = (status: string) =>
  json(200, {
    'message-count': '1',
    messages: [{ to: TO.slice(1), status, 'message-id': 'V1', 'error-text': `About ${TO}` }],
  });

const vonage: SenderSubject = {
  name: 'vonage',
  async open(manner) {
    const standIn = await startProvider(manner, {
      read: (request) => ({ to: `+${formOf(request)['to']}`, text: formOf(request)['text'] ?? '' }),
      replies: {
        accepts: vonagePart('0'),
        refuses: vonagePart('15'),
        limits: vonagePart('1'),
        'is down': vonagePart('5'),
      },
    });
    const settings = {
      apiKey: '1a2b3c4d',
      apiSecret: 'secret-of-vonage',
      from: '+15005550006',
      apiUrl: standIn.url,
    };
    return harness(vonageSender, standIn, { settings, id: 'V1', secrets: ['secret-of-vonage'] });
  },
};

const telnyxError = (status: number, code: string) =>
  json(status, { errors: [{ code, title: 'no', detail: `About ${TO}` }] });

const telnyx: SenderSubject = {
  name: 'telnyx',
  async open(manner) {
    const standIn = await startProvider(manner, {
      read: (request) => JSON.parse(request.body) as { to: string; text: string },
      replies: {
        accepts: json(200, { data: { id: 'T1', to: [{ status: 'queued' }] } }),
        refuses: telnyxError(403, '10010'),
        limits: telnyxError(422, '40318'),
        'is down': { status: 502, body: '<html>' },
      },
    });
    // The contract compares the whole of what was asked: only number and text.
    const asked = standIn.asked;
    const settings = { apiKey: 'key-of-telnyx', from: '+15005550006', apiUrl: standIn.url };
    const opened = harness(telnyxSender, standIn, { settings, id: 'T1', secrets: ['key-of-telnyx'] });
    return {
      ...opened,
      get asked() {
        return asked.map(({ to, text }) => ({ to, text }));
      },
    };
  },
};

const http: SenderSubject = {
  name: 'http',
  async open(manner) {
    const standIn = await startProvider(manner, {
      read: (request) => {
        const { message } = JSON.parse(request.body) as { message: { for: string; body: string } };
        return { to: message.for, text: message.body };
      },
      replies: {
        accepts: json(202, { queued: [{ id: 17 }] }),
        refuses: json(200, { queued: [], error: `About ${TO}` }),
        limits: json(429, {}),
        'is down': json(500, {}),
      },
    });
    const settings = {
      url: `${standIn.url}/send`,
      headers: { Authorization: 'Bearer key-of-gateway' },
      json: { message: { for: '{{to}}', body: '{{text}}' } },
      id: '/queued/0/id',
    };
    return harness(httpSender, standIn, { settings, id: '17', secrets: ['key-of-gateway'] });
  },
  // The gateway answers 200 in its own way: it was reached.
  differs: { babbles: 'request_refused' },
};

/** Ends as gammu-smsd-inject 1.42 does; keeps its arguments and its input. */
const GAMMU: Readonly<Record<Exclude<Manner, 'is away'>, string>> = {
  accepts: 'echo "Written message with ID /spool/OUTC20260115_120000_00_+15005550111_sms0.smsbackup"',
  refuses: 'echo "Failed to read config about +15005550111" >&2; exit 2',
  limits: 'exit 1',
  'is down': 'exit 1',
  babbles: 'echo "about +15005550111"',
  hangs: 'exec tail -f /dev/null',
};

const gammu: SenderSubject = {
  name: 'gammu-smsd-inject',
  async open(manner) {
    const folder = await mkdtemp(join(tmpdir(), 'twofa-gammu-'));
    const program = join(folder, 'inject');
    const kept = join(folder, 'kept');
    if (manner !== 'is away') {
      const script = `#!/bin/sh\nprintf '%s\\n' "$@" >${kept}.args\ncat >${kept}.text\n: >${kept}.done\n${GAMMU[manner]}\n`;
      await writeFile(program, script);
      await chmod(program, 0o755);
    }
    const reached = Promise.withResolvers<void>();
    const watcher = watch(folder, (_event, name) => {
      if (name === 'kept.done') reached.resolve();
    });
    onTestFinished(async () => {
      watcher.close();
      await rm(folder, { recursive: true });
    });
    const asked: { to: string; text: string }[] = [];
    const built = build(gammuSender, { program, config: '/etc/gammu-smsdrc' });
    const note = async () => {
      const args = (await readFile(`${kept}.args`, 'utf8').catch(() => '')).trim().split('\n');
      if (args.length > 1) asked.push({ to: args[3] ?? '', text: await readFile(`${kept}.text`, 'utf8') });
    };
    const sender: Sender = {
      perSms: built.sender.perSms,
      async send(...message) {
        try {
          return await built.sender.send(...message);
        } finally {
          await note();
        }
      },
    };
    const id = 'OUTC20260115_120000_00_sms0.smsbackup';
    return { sender, settings: built.settings, asked, reached: reached.promise, id, secrets: [] };
  },
  // A local queue knows no limit; what it says is never that it cannot be reached.
  differs: {
    limits: null,
    'is down': 'request_refused',
    babbles: 'request_refused',
    'is away': 'request_refused',
  },
};

const SUBJECTS = [twilio, vonage, telnyx, http, gammu];
for (const subject of SUBJECTS) senderContract(subject);

test('every kind of sender runs the contract', () => {
  expect(SUBJECTS.map(({ name }) => name)).toEqual(SENDERS.map(({ kind }) => kind));
});
