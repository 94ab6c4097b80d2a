import { expect, test } from 'vitest';
import { twilioInbox } from '../../src/inboxes/twilio.ts';
import type { HookRequest, HookVerdict } from '../../src/ports/inbox.ts';
import { inboxContract } from '../contracts/inbox-contract.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from '../support/fake-twilio.ts';
import {
  openTwilio as open,
  pushTwilio as push,
  twilioHarness,
  VALID,
  type Fields,
} from '../support/providers/twilio.ts';
import { receiveNow, refusal as reason } from '../support/receive-hook.ts';

const receive = (request: HookRequest, inbox = open()): HookVerdict => receiveNow(inbox, request);

inboxContract('twilio', twilioHarness);

test('Twilio is answered with empty TwiML, so that it sends no SMS in reply', () => {
  const verdict = receive(push(VALID));
  expect(verdict.accepted && verdict.reply).toEqual({
    status: 200,
    contentType: 'text/xml',
    body: '<Response/>',
  });
});

test('the signature counts for the public URL with its query, whatever the Host header says', () => {
  expect(receive(push(VALID, { url: '/hooks/main?x=1&y=%27' })).accepted).toBe(true);
  const signedForHost = push(VALID, { base: 'https://internal:9824' });
  expect(reason(receive(signedForHost))).toMatch(/^403 X-Twilio-Signature does not match: hooks.publicUrl/);
});

test('without a public URL nothing can be proven, so that it only asks', () => {
  const { hook, poll } = open({}, null);
  expect(hook).toBeUndefined();
  expect(poll?.everyMs).toBe(30_000);
});

test('both tokens are taken while they are rotated, another is not', () => {
  const rotating = open({ secondaryAuthToken: 'the-next-token' });
  expect(receive(push(VALID, { token: 'the-next-token' }), rotating).accepted).toBe(true);
  expect(receive(push(VALID), rotating).accepted).toBe(true);
  expect(reason(receive(push(VALID, { token: 'a third one' }), rotating))).toMatch(/^403 /);
  expect(reason(receive(push(VALID, { token: 'the-next-token' })))).toMatch(/^403 /);
});

test('parameters that Twilio adds one day are signed and harmless', () => {
  expect(
    receive(push({ ...VALID, NewThing: 'x', __proto__x: 'y', MessagingServiceSid: 'MG1' })).accepted,
  ).toBe(true);
});

test('another account is refused although its signature is right', () => {
  const other = push({ ...VALID, AccountSid: 'AC00000000000000000000000000000002' });
  expect(reason(receive(other))).toMatch(/^403 AccountSid/);
});

test('JSON is refused as a type', () => {
  const request = push(VALID);
  const headers = { ...request.headers, 'content-type': 'application/json' };
  expect(reason(receive({ ...request, headers }))).toMatch(/^415 .*x-www-form-urlencoded/);
});

function redacted(fields: Fields): unknown {
  const verdict = receive(push({ ...VALID, ...fields }));
  return verdict.accepted && verdict.messages.map((message) => message.redacted);
}

test('a message whose code Twilio hid is marked, by its error or by its text', () => {
  expect(redacted({ ErrorCode: '30038', SmsStatus: 'failed' })).toEqual([true]);
  expect(redacted({ Body: 'Your code is ******' })).toEqual([true]);
  expect(redacted({ Body: 'Your code is [REDACTED]' })).toEqual([true]);
  expect(redacted({ Body: 'For card ****1234 use 493021' })).toEqual([false]);
  expect(redacted({ ErrorCode: '30003' })).toEqual([false]);
});

test('status callbacks of sent messages are accepted and hold no message', () => {
  const verdict = receive(push({ ...VALID, SmsStatus: 'delivered' }));
  expect(verdict).toMatchObject({ accepted: true, messages: [] });
});

test('a message may be empty, but not without id, sender or receiver', () => {
  expect(receive(push({ ...VALID, Body: '' })).accepted).toBe(true);
  expect(reason(receive(push({ ...VALID, MessageSid: undefined })))).toMatch(/^400 .*MessageSid/);
  expect(reason(receive(push({ ...VALID, From: '' })))).toMatch(/^400 .*From/);
  expect(reason(receive(push({ ...VALID, To: 'whatsapp:+15005550111' })))).toMatch(/^400 .*To/);
});

test('a very long query is refused before its signature is computed', () => {
  const url = `/hooks/main?${'a=b&'.repeat(1000)}`;
  expect(reason(receive(push(VALID, { url })))).toMatch(/^400 .*1000 characters/);
});

test('a form of thousands of parameters is refused before its signature is computed', () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, '']));
  expect(reason(receive(push({ ...VALID, ...many })))).toMatch(/^400 .*200 parameters/);
});

test('check says what polling alone costs, and that an API key is no account', () => {
  const settings = twilioInbox.schema.parse({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN });
  expect(twilioInbox.check?.(settings, { hooks: true, publicUrl: 'https://sms.example.net' })).toEqual([]);
  expect(twilioInbox.check?.(settings, { hooks: true, publicUrl: null })).toEqual([
    { notice: expect.stringContaining('every 30 s') },
  ]);
  const key = { accountSid: 'SK00000000000000000000000000000001', authToken: 'x' };
  expect(twilioInbox.schema.safeParse(key).success).toBe(false);
});
