import { expect, test } from 'vitest';
import { webhookInbox } from '../../src/inboxes/webhook.ts';
import type { HookRequest, HookVerdict } from '../../src/ports/inbox.ts';
import { inboxContract } from '../contracts/inbox-contract.ts';
import { openWebhook, SECRET, signWebhook as sign, webhookHarness } from '../support/providers/webhook.ts';
import { receiveNow, refusal as reason } from '../support/receive-hook.ts';

const VALID = { id: 'm-1', from: 'ACME', to: '+15005550111', text: 'Your code is 493021' };

const receive = (request: HookRequest, settings: Record<string, unknown> = {}): HookVerdict =>
  receiveNow(openWebhook(settings), request);

inboxContract('webhook', webhookHarness);

test('a webhook message keeps both times with what they mean and how exact they are', () => {
  const verdict = receive(
    sign({ ...VALID, sentAt: '2026-01-15T12:59:58+01:00', receivedAt: '2026-01-15T11:59:59.123456Z' }),
  );
  expect(verdict.accepted && verdict.messages[0]?.times).toEqual([
    { clock: 'service_centre', at: Date.parse('2026-01-15T11:59:58Z'), resolutionMs: 1000 },
    { clock: 'provider', at: Date.parse('2026-01-15T11:59:59.123Z'), resolutionMs: 1 },
  ]);
});

test('a time without seconds is exact to a minute, one with tenths to a tenth of a second', () => {
  const verdict = receive(
    sign({ ...VALID, sentAt: '2026-01-15T11:59Z', receivedAt: '2026-01-15T11:59:59.5Z' }),
  );
  const times = verdict.accepted ? (verdict.messages[0]?.times ?? []) : [];
  expect(times.map((time) => time.resolutionMs)).toEqual([60_000, 100]);
});

test('numbers with blanks, brackets or 00 come out in E.164 form', () => {
  const verdict = receive(sign({ ...VALID, to: '00 1 (500) 555-0111', from: '+1 833 555 0100' }));
  expect(verdict.accepted && verdict.messages[0]).toMatchObject({ to: '+15005550111', from: '+18335550100' });
});

test('fields that the inbox does not know do not disturb it, and optional ones may be null', () => {
  expect(receive(sign({ ...VALID, sim: 2, sentAt: null, receivedAt: null })).accepted).toBe(true);
});

test('both secrets are taken while the gateways change over, a third is not', () => {
  const settings = { previousSecret: 'the-secret-of-yesterday' };
  expect(receive(sign(VALID), settings).accepted).toBe(true);
  expect(receive(sign(VALID, { secret: 'the-secret-of-yesterday' }), settings).accepted).toBe(true);
  expect(reason(receive(sign(VALID, { secret: 'a third one' }), settings))).toMatch(/^403 X-Signature/);
});

test('a request from outside the window is refused on both sides, and told which way the clock is off', () => {
  expect(receive(sign(VALID, { ageMs: 299_000 })).accepted).toBe(true);
  expect(receive(sign(VALID, { ageMs: -299_000 })).accepted).toBe(true);
  expect(reason(receive(sign(VALID, { ageMs: 302_000 })))).toMatch(/^403 .* 302 s behind our clock.*300 s/);
  expect(reason(receive(sign(VALID, { ageMs: -302_000 })))).toMatch(/^403 .* 302 s ahead of our clock/);
  expect(receive(sign(VALID, { ageMs: 20_000 }), { window: '10s' }).accepted).toBe(false);
});

test('a fresh timestamp on an old signature proves nothing', () => {
  const old = sign(VALID, { ageMs: 600_000 });
  const headers = { ...old.headers, 'x-timestamp': sign(VALID).headers['x-timestamp'] ?? '' };
  expect(reason(receive({ ...old, headers }))).toMatch(/^403 X-Signature does not match/);
});

test.each([
  ['X-Timestamp', { 'x-timestamp': '2026-01-15T12:00:00Z' }, /^401 expected X-Timestamp/],
  ['X-Timestamp', { 'x-timestamp': '-1' }, /^401 expected X-Timestamp/],
  ['X-Signature', { 'x-signature': 'sha256=abc' }, /^401 expected X-Signature/],
  ['X-Signature', { 'x-signature': `sha1=${'0'.repeat(64)}` }, /^401 expected X-Signature/],
])('an %s in another form is a 401 that shows the right form', (_name, header, expected) => {
  const request = sign(VALID);
  expect(reason(receive({ ...request, headers: { ...request.headers, ...header } }))).toMatch(expected);
});

test.each([
  [{ ...VALID, id: 7 }, /^400 id: /],
  [{ ...VALID, id: '' }, /^400 id: /],
  [{ ...VALID, id: 'a\u0000b' }, /^400 id: /],
  [{ ...VALID, text: undefined }, /^400 text: /],
  [{ ...VALID, text: 'x'.repeat(10_001) }, /^400 text: .*10000/],
  [{ ...VALID, from: '' }, /^400 from: /],
  [{ ...VALID, from: 'A\u0007B' }, /^400 from: /],
  [{ ...VALID, to: '+0005550111' }, /^400 to: /],
  [{ ...VALID, sentAt: 'yesterday' }, /^400 sentAt: /],
  [{ ...VALID, sentAt: '2026-02-30T10:00:00Z' }, /^400 sentAt: /],
  [{ ...VALID, receivedAt: 1_767_225_600 }, /^400 receivedAt: /],
  [[VALID], /^400 document: /],
])('a signed document with a wrong field is a 400 that names it: %#', (document, expected) => {
  expect(reason(receive(sign(document)))).toMatch(expected);
});

test('a body that is not UTF-8 or not JSON is a 400', () => {
  expect(reason(receive(sign(Buffer.from([0x7b, 0xff, 0x7d]))))).toMatch(/^400 expected one JSON document/);
  expect(reason(receive(sign(Buffer.from('{"id":'))))).toMatch(/^400 expected one JSON document/);
  expect(reason(receive(sign(Buffer.from('['.repeat(60_000)))))).toMatch(/^400 expected one JSON document/);
});

test('a charset other than UTF-8 is a 415', () => {
  const request = sign(VALID);
  const as = (type: string) => receive({ ...request, headers: { ...request.headers, 'content-type': type } });
  expect(as('Application/JSON; charset="utf-8"').accepted).toBe(true);
  expect(reason(as('application/json; charset=utf-16'))).toMatch(/^415 /);
});

test('settings are strict: an unknown field or an empty secret is a fault', () => {
  expect(webhookInbox.schema.safeParse({ secret: SECRET, windows: '5m' }).success).toBe(false);
  expect(webhookInbox.schema.safeParse({ secret: '' }).success).toBe(false);
});

test('without a hooks listener the inbox would hear nothing, and check says so', () => {
  const settings = webhookInbox.schema.parse({ secret: SECRET });
  const deaf = webhookInbox.check?.(settings, { hooks: false, publicUrl: null });
  expect(deaf).toEqual([expect.stringContaining('add `hooks: {')]);
  expect(webhookInbox.check?.(settings, { hooks: true, publicUrl: null })).toEqual([]);
});
