import { expect, test } from 'vitest';
import { androidSmsGatewayInbox } from '../../src/inboxes/android-sms-gateway.ts';
import type { HookRequest, HookVerdict } from '../../src/ports/inbox.ts';
import { inboxContract, PUSHED } from '../contracts/inbox-contract.ts';
import {
  gatewayEvent,
  gatewayHarness,
  openGateway,
  SIGNING_KEY,
  signGateway,
} from '../support/providers/android-sms-gateway.ts';
import { receiveNow, refusal } from '../support/receive-hook.ts';

const receive = (request: HookRequest, settings: Record<string, unknown> = {}): HookVerdict =>
  receiveNow(openGateway(settings), request);

const EVENT = gatewayEvent(PUSHED);
const withPayload = (change: object) => ({ ...EVENT, payload: { ...EVENT.payload, ...change } });
const numberOf = (payload: object, settings: Record<string, unknown> = {}) => {
  const verdict = receive(signGateway(withPayload(payload)), settings);
  return verdict.accepted ? verdict.messages[0]?.to : refusal(verdict);
};

inboxContract('android-sms-gateway', gatewayHarness);

test('a replayed request, a fresh timestamp on an old signature and another key are refused', () => {
  expect(receive(signGateway(EVENT, { ageMs: 299_000 })).accepted).toBe(true);
  expect(refusal(receive(signGateway(EVENT, { ageMs: 302_000 })))).toMatch(
    /^403 X-Timestamp is 302 s behind/,
  );
  expect(refusal(receive(signGateway(EVENT, { ageMs: -302_000 })))).toMatch(
    /^403 X-Timestamp is 302 s ahead/,
  );
  const old = signGateway(EVENT, { ageMs: 600_000 });
  const headers = { ...old.headers, 'x-timestamp': signGateway(EVENT).headers['x-timestamp'] ?? '' };
  expect(refusal(receive({ ...old, headers }))).toMatch(/^403 X-Signature does not match: signingKey/);
  expect(refusal(receive(signGateway(EVENT, { key: 'another' })))).toMatch(/^403 X-Signature does not match/);
});

test('a retry, which the app signs anew, is the same message', () => {
  const first = receive(signGateway(EVENT));
  expect(receive(signGateway(EVENT, { ageMs: -5000 }))).toEqual(first);
});

test.each([
  [{ 'x-timestamp': 'now' }, /^401 expected X-Timestamp/],
  [{ 'x-signature': 'sha256=00' }, /^401 expected X-Signature: 64 hex digits/],
])('a header in another form is a 401 that shows the right form: %j', (header, expected) => {
  const request = signGateway(EVENT);
  expect(refusal(receive({ ...request, headers: { ...request.headers, ...header } }))).toMatch(expected);
});

test('the number of the card is the one that is configured for its slot, else what Android says', () => {
  const both = { sim1: '+15005550121', sim2: '+15005550122' };
  expect(numberOf({}, both)).toBe('+15005550121');
  expect(numberOf({ simNumber: 2 }, both)).toBe('+15005550122');
  expect(numberOf({ simNumber: 2 }, { sim1: '+15005550121' })).toBe(PUSHED.to);
  expect(numberOf({ simNumber: null, recipient: null }, { sim1: '+15005550121' })).toBe('+15005550121');
});

test('where nobody knows the number, or which of two cards it was, the answer says what to configure', () => {
  expect(numberOf({ recipient: null })).toMatch(/^400 .*sim1 and sim2 of this inbox/);
  const both = { sim1: '+15005550121', sim2: '+15005550122' };
  expect(numberOf({ recipient: null, simNumber: null }, both)).toMatch(/^400 .*sim1 and sim2/);
});

test('older versions of the app call the sender phoneNumber', () => {
  const verdict = receive(signGateway(withPayload({ sender: undefined, phoneNumber: '+18335550100' })));
  expect(verdict.accepted && verdict.messages[0]?.from).toBe('+18335550100');
});

test('pings and other events are answered, and nobody hears of them', () => {
  const ping = { ...EVENT, event: 'system:ping', payload: { health: { status: 'pass' } } };
  expect(receive(signGateway(ping))).toMatchObject({ accepted: true, messages: [], reply: { status: 200 } });
  const sent = { ...EVENT, event: 'sms:sent' };
  expect(receive(signGateway(sent))).toMatchObject({ accepted: true, messages: [] });
});

test('a time that cannot be read does not lose the message', () => {
  const verdict = receive(signGateway(withPayload({ receivedAt: 'Jan 15, 2026' })));
  expect(verdict.accepted && verdict.messages[0]?.times).toEqual([]);
});

test.each([
  [{ ...EVENT, id: 7 }, /^400 id: /],
  [withPayload({ message: null }), /^400 payload.message: /],
  [withPayload({ message: 'x'.repeat(10_001) }), /^400 payload.message: .*10000/],
  [withPayload({ sender: null }), /^400 payload.sender: /],
  [{ event: 'sms:received' }, /^400 id: /],
  [[], /^400 document: /],
])('a signed document with a wrong field is a 400 that names it: %#', (event, expected) => {
  expect(refusal(receive(signGateway(event)))).toMatch(expected);
});

test('the numbers of cards are written in full', () => {
  const parse = (sim1: string) => androidSmsGatewayInbox.schema.safeParse({ signingKey: SIGNING_KEY, sim1 });
  expect(parse('+15005550121').success).toBe(true);
  expect([parse('15005550121').success, parse('+1 500 555 0121').success]).toEqual([false, false]);
});
