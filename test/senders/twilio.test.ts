import { expect, test } from 'vitest';
import { twilioSender } from '../../src/senders/twilio.ts';
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  startFakeTwilio,
  twilioError,
  type FakeAnswer,
} from '../support/fake-twilio.ts';

const SETTINGS = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, from: '+15005550006', perSms: 0.0083 };
const TO = '+15005550111';

async function start(answer: () => FakeAnswer, settings: Record<string, unknown> = {}) {
  const twilio = await startFakeTwilio(answer);
  const parsed = twilioSender.schema.parse({ ...SETTINGS, apiUrl: twilio.apiUrl, ...settings });
  const sender = twilioSender.create(parsed, { name: 'control', logger: { log: () => undefined } });
  const send = (signal = new AbortController().signal) => sender.send(TO, 'Your code is 493021', signal);
  return { twilio, sender, send };
}

const created: FakeAnswer = {
  status: 201,
  json: { sid: 'SM1', status: 'queued', direction: 'outbound-api' },
};

test('a message is created once, from our number, and its id comes back', async () => {
  const { send, twilio } = await start(() => created);
  expect(await send()).toEqual({ providerId: 'SM1' });
  expect(twilio.requests).toEqual([
    {
      method: 'POST',
      url: `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`,
      form: { To: TO, From: '+15005550006', Body: 'Your code is 493021' },
    },
  ]);
});

test('a messaging service may send in place of a number', async () => {
  const service = 'MG00000000000000000000000000000001';
  const { send, twilio } = await start(() => created, { from: service });
  await send();
  expect(twilio.requests[0]?.form).toEqual({
    To: TO,
    MessagingServiceSid: service,
    Body: 'Your code is 493021',
  });
});

test('a message has its price in millionths', async () => {
  expect((await start(() => created)).sender.perSms).toBe(8300);
});

test.each([
  [() => twilioError(400, 21_211, `The 'To' number ${TO} is not valid`), 'request_refused', /error 21211/],
  [() => twilioError(401, 20_003, 'Authenticate'), 'request_refused', /20003.*check accountSid, authToken/],
  [() => twilioError(403, 60_605, 'geo permission'), 'request_refused', /error 60605/],
  [() => twilioError(429, 20_429, 'Too Many Requests'), 'rate_limited', /HTTP 429/],
  [() => twilioError(400, 21_611, 'queue full'), 'rate_limited', /error 21611/],
  [() => twilioError(503, 20_503, 'Unavailable'), 'target_unreachable', /HTTP 503/],
  [() => ({ status: 502, text: '<html>' }) as const, 'target_unreachable', /HTTP 502/],
])('what Twilio answers decides whose fault it is: %#', async (answer, outcome, message) => {
  const { send, twilio } = await start(answer);
  const failure = await send().catch((error: unknown) => error);
  expect(failure).toMatchObject({ outcome, message: expect.stringMatching(message) });
  expect(String(failure)).not.toContain(TO);
  expect(twilio.requests).toHaveLength(1);
});

test('a Twilio that cannot be reached is unreachable', async () => {
  const { send } = await start(() => created, { apiUrl: 'http://127.0.0.1:1' });
  expect(await send().catch((error: unknown) => error)).toMatchObject({
    outcome: 'target_unreachable',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('the signal ends a send that is never answered', async () => {
  const asked = Promise.withResolvers<void>();
  const { send } = await start(() => {
    asked.resolve();
    return 'hang';
  });
  const controller = new AbortController();
  const sent = send(controller.signal).catch((error: unknown) => error);
  await asked.promise;
  controller.abort(new Error('enough'));
  expect(await sent).toMatchObject({ outcome: 'target_unreachable' });
});

const accepts = (from: string) => twilioSender.schema.safeParse({ ...SETTINGS, from }).success;

test('settings refuse what cannot send', () => {
  expect(['+15005550006', '72975', 'ACME Inc'].map(accepts)).toEqual([true, true, true]);
  expect(['', '+0123456', '+1 500 555 0006', 'a name that is too long'].map(accepts)).toEqual(
    Array(4).fill(false),
  );
});
