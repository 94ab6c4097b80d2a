import Telnyx from 'telnyx';
import { expect, test } from 'vitest';
import { telnyxInbox } from '../../src/inboxes/telnyx.ts';
import type { HookRequest, HookVerdict } from '../../src/ports/inbox.ts';
import { ARRIVED, inboxContract, PUSHED, tamperBody } from '../contracts/inbox-contract.ts';
import {
  KEY,
  keyOf,
  openTelnyx,
  publicKeyOf,
  signTelnyx,
  telnyxEvent,
  telnyxHarness,
} from '../support/providers/telnyx.ts';
import { receiveNow, refusal } from '../support/receive-hook.ts';

const receive = (request: HookRequest, settings: Record<string, unknown> = {}): HookVerdict =>
  receiveNow(openTelnyx(settings), request);

const EVENT = telnyxEvent(PUSHED);
const { payload } = EVENT.data;
const withPayload = (change: object) => ({ data: { ...EVENT.data, payload: { ...payload, ...change } } });

inboxContract('telnyx', telnyxHarness);

test("Telnyx's own library and the inbox take and refuse the same requests", async () => {
  // The library knows no clock but the machine's.
  const now = Date.now();
  const client = new Telnyx({ apiKey: 'unused', publicKey: publicKeyOf(KEY) });
  const arrived = { ...ARRIVED, at: now };
  const signed = (at: number, key = KEY) => ({ ...signTelnyx(EVENT, { at, key }), arrived });
  const valid = signed(now);
  const { 'telnyx-signature-ed25519': _signature, ...unsigned } = valid.headers;
  const cases: Readonly<Record<string, HookRequest>> = {
    valid,
    tampered: tamperBody(valid),
    'of another key': signed(now, keyOf(8)),
    'replayed after six minutes': signed(now - 360_000),
    'dated six minutes ahead': signed(now + 360_000),
    'with a fresh timestamp on an old signature': {
      ...signed(now - 360_000),
      headers: { ...signed(now - 360_000).headers, 'telnyx-timestamp': String(Math.floor(now / 1000)) },
    },
    'without a signature': { ...valid, headers: unsigned },
  };
  for (const [name, request] of Object.entries(cases)) {
    const theirs = await client.webhooks
      .unwrap(request.body.toString(), { headers: { ...request.headers } })
      .then(
        () => true,
        () => false,
      );
    expect([name, theirs, receive(request).accepted]).toEqual([name, name === 'valid', name === 'valid']);
  }
});

test('a request from outside the window is told which way the clock is off', () => {
  expect(receive(signTelnyx(EVENT, { at: ARRIVED.at - 299_000 })).accepted).toBe(true);
  const late = receive(signTelnyx(EVENT, { at: ARRIVED.at - 302_000 }));
  expect(refusal(late)).toMatch(/^403 Telnyx-Timestamp is 302 s behind our clock.*300 s/);
  expect(receive(signTelnyx(EVENT, { at: ARRIVED.at - 20_000 }), { window: '10s' }).accepted).toBe(false);
});

test.each([
  [{ 'telnyx-timestamp': '' }, /^401 expected Telnyx-Timestamp/],
  [{ 'telnyx-timestamp': '2026-01-15T12:00:00Z' }, /^401 expected Telnyx-Timestamp/],
  [{ 'telnyx-signature-ed25519': 'AAAA' }, /^401 expected Telnyx-Signature-Ed25519/],
])('a header in another form is a 401 that shows the right form: %j', (header, expected) => {
  const request = signTelnyx(EVENT);
  expect(refusal(receive({ ...request, headers: { ...request.headers, ...header } }))).toMatch(expected);
});

test('reports on messages that were sent are answered and nobody hears of them', () => {
  const finalized = { data: { event_type: 'message.finalized', payload: { id: 'x' } } };
  expect(receive(signTelnyx(finalized))).toMatchObject({ accepted: true, messages: [] });
});

test('without received_at the time of the event counts, without either none', () => {
  const timesOf = (event: object) => {
    const verdict = receive(signTelnyx(event));
    return verdict.accepted ? verdict.messages[0]?.times : null;
  };
  expect(timesOf(withPayload({ received_at: null }))).toEqual([
    { clock: 'provider', at: Date.parse('2026-01-15T11:59:59.574Z'), resolutionMs: 1 },
  ]);
  expect(
    timesOf({ data: { event_type: 'message.received', payload: { ...payload, received_at: null } } }),
  ).toEqual([]);
  expect(timesOf(withPayload({ received_at: 'yesterday' }))).toHaveLength(1);
});

test('a picture without a text is a message with an empty one', () => {
  const verdict = receive(signTelnyx(withPayload({ text: null, type: 'MMS' })));
  expect(verdict.accepted && verdict.messages[0]?.body).toBe('');
});

test.each([
  [withPayload({ id: '' }), /^400 data.payload.id: /],
  [withPayload({ id: 7 }), /^400 data.payload.id: /],
  [withPayload({ to: [] }), /^400 data.payload.to: /],
  [withPayload({ from: { phone_number: '' } }), /^400 data.payload.from.phone_number: /],
  [withPayload({ text: 'x'.repeat(10_001) }), /^400 data.payload.text: .*10000/],
  [{ data: null }, /^400 data: /],
  [[EVENT], /^400 document: /],
])('a signed document with a wrong field is a 400 that names it: %#', (event, expected) => {
  expect(refusal(receive(signTelnyx(event)))).toMatch(expected);
});

test.each(['', 'abc', 'A'.repeat(44), `${'A'.repeat(40)}====`])('%j is no public key', (publicKey) => {
  expect(telnyxInbox.schema.safeParse({ publicKey }).success).toBe(false);
});

test('without a hooks listener the inbox would hear nothing, and check says so', () => {
  const settings = telnyxInbox.schema.parse({ publicKey: publicKeyOf(KEY) });
  const deaf = telnyxInbox.check?.(settings, { hooks: false, publicUrl: null });
  expect(deaf).toEqual([expect.stringContaining('add `hooks: {')]);
});
