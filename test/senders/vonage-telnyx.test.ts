import { expect, test } from 'vitest';
import { telnyxSender } from '../../src/senders/telnyx.ts';
import { vonageSender } from '../../src/senders/vonage.ts';
import { serve, type Reply } from '../support/login-servers/server.ts';

const TO = '+15005550111';
const never = new AbortController().signal;
const deps = { name: 'control', logger: { log: () => undefined } };

async function vonage(reply: Reply, text = 'Your code is 493021') {
  const server = await serve(() => reply);
  const settings = {
    apiKey: '1a2b3c4d',
    apiSecret: 's3cret',
    from: '+15005550006',
    apiUrl: `${server.url}/`,
  };
  const sender = vonageSender.create(vonageSender.schema.parse(settings), deps);
  const answer = await sender.send(TO, text, never).catch((error: unknown) => error);
  return { answer, request: server.received[0] };
}

const parts = (...statuses: string[]): Reply => ({
  json: { messages: statuses.map((status, at) => ({ status, 'message-id': `V${at}` })) },
});

test('Vonage gets numbers without their plus, and key and secret', async () => {
  const { answer, request } = await vonage(parts('0', '0'));
  expect(answer).toEqual({ providerId: 'V0' });
  expect(request).toMatchObject({ method: 'POST', path: '/sms/json' });
  expect(Object.fromEntries(request?.form ?? [])).toEqual({
    api_key: '1a2b3c4d',
    api_secret: 's3cret',
    from: '15005550006',
    to: '15005550111',
    text: 'Your code is 493021',
    type: 'text',
  });
  expect((await vonage(parts('0'), 'Dein Kode: 493021 ☎')).request?.form.get('type')).toBe('unicode');
});

test.each([
  [parts('1'), 'rate_limited', /status 1 .*run the control less often/],
  [parts('4'), 'request_refused', /status 4 .*check apiKey and apiSecret/],
  [parts('5'), 'target_unreachable', /status 5 /],
  [parts('9'), 'request_refused', /status 9 .*no credit/],
  [parts('99'), 'request_refused', /status 99 .*check from/],
  [parts('0', '6'), 'request_refused', /status 6 /],
  [{ status: 401, text: '' }, 'request_refused', /HTTP 401/],
  [{ status: 429, text: '' }, 'rate_limited', /HTTP 429/],
  [{ status: 503, text: 'x' }, 'target_unreachable', /HTTP 503/],
  [{ json: { messages: [] } }, 'target_unreachable', /HTTP 200 without the status/],
  [{ json: { messages: [{ status: '0' }] } }, 'target_unreachable', /HTTP 200/],
  [{ json: { messages: [{ status: 'about +15005550111' }] } }, 'target_unreachable', /HTTP 200 without/],
])('what Vonage answers decides how the control ends: %#', async (reply, outcome, message) => {
  const { answer } = await vonage(reply);
  expect(answer).toMatchObject({ outcome, message: expect.stringMatching(message) });
  expect(String(answer)).not.toMatch(/5550111|s3cret/);
});

async function telnyx(reply: Reply, settings: Record<string, unknown> = { from: '+15005550006' }) {
  const server = await serve(() => reply);
  const parsed = telnyxSender.schema.parse({ apiKey: 'k3y', apiUrl: server.url, ...settings });
  const answer = await telnyxSender
    .create(parsed, deps)
    .send(TO, 'Hi', never)
    .catch((error: unknown) => error);
  return { answer, request: server.received[0] };
}

test('Telnyx gets JSON and a bearer key; a profile may stand for the sender', async () => {
  const messagingProfileId = 'abc85f64-5717-4562-b3fc-2c9600000000';
  const taken: Reply = { json: { data: { id: 'T1' } } };
  const { answer, request } = await telnyx(taken, { messagingProfileId });
  expect(answer).toEqual({ providerId: 'T1' });
  expect(request).toMatchObject({
    method: 'POST',
    path: '/v2/messages',
    json: { to: TO, text: 'Hi', messaging_profile_id: messagingProfileId },
  });
  expect(request?.headers.authorization).toBe('Bearer k3y');
  expect(telnyxSender.schema.safeParse({ apiKey: 'k' }).success).toBe(false);
});

const refused = (status: number, code: unknown): Reply => ({
  status,
  json: { errors: [{ code, detail: TO }] },
});

test.each([
  [refused(401, '10009'), 'request_refused', /HTTP 401, error 10009 .*check apiKey/],
  [refused(422, 40_318), 'rate_limited', /error 40318/],
  [refused(429, '10011'), 'rate_limited', /HTTP 429/],
  [refused(400, '40012'), 'request_refused', /error 40012 .*check from/],
  [refused(400, TO), 'request_refused', /HTTP 400; check from/],
  [{ status: 500, text: '' }, 'target_unreachable', /HTTP 500; see https:\/\/status.telnyx.com/],
  [{ json: { data: {} } }, 'target_unreachable', /HTTP 200 without the id/],
])('what Telnyx answers decides how the control ends: %#', async (reply, outcome, message) => {
  const { answer } = await telnyx(reply);
  expect(answer).toMatchObject({ outcome, message: expect.stringMatching(message) });
  expect(String(answer)).not.toMatch(/5550111|k3y/);
});
