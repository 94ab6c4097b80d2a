import { expect, test } from 'vitest';
import { kannelInbox } from '../../src/inboxes/kannel.ts';
import type { HookVerdict } from '../../src/ports/inbox.ts';
import { inboxContract, PUSHED } from '../contracts/inbox-contract.ts';
import { getKannel, kannelFields, kannelHarness, openKannel, TOKEN } from '../support/providers/kannel.ts';
import { receiveNow, refusal } from '../support/receive-hook.ts';

const FIELDS = kannelFields(PUSHED);
const get = (more: Parameters<typeof getKannel>[0]): HookVerdict =>
  receiveNow(openKannel(), getKannel({ ...FIELDS, ...more }));
const messageOf = (verdict: HookVerdict) => (verdict.accepted ? verdict.messages[0] : null);

inboxContract('kannel', kannelHarness);

test('the answer is empty: what Kannel is answered it would send back as an SMS', () => {
  expect(get({})).toMatchObject({ accepted: true, reply: { status: 200, body: '' } });
});

test('numbers come with a plus, without one, with 00, or with a plus that was not escaped', () => {
  const request = getKannel({ ...FIELDS, to: '15005550111', from: '18335550100' });
  expect(messageOf(receiveNow(openKannel(), request))).toMatchObject({ to: PUSHED.to, from: PUSHED.from });
  expect(messageOf(get({ to: '0015005550111' }))?.to).toBe(PUSHED.to);
  const unescaped = { ...request, url: request.url.replace('to=15005550111', 'to=+15005550111') };
  expect(messageOf(receiveNow(openKannel(), unescaped))?.to).toBe(PUSHED.to);
});

test('short codes of up to seven digits stay as they are', () => {
  expect(messageOf(get({ from: '1234567' }))?.from).toBe('1234567');
  expect(messageOf(get({ from: '12345678' }))?.from).toBe('+12345678');
});

test('texts in other alphabets come as UTF-16, by the name of the charset or by the coding', () => {
  const text = Buffer.from('Váš kód je 493021 — код ☎', 'utf16le').swap16();
  const expected = 'Váš kód je 493021 — код ☎';
  expect(messageOf(get({ text, charset: 'UTF-16BE', coding: '2' }))?.body).toBe(expected);
  expect(messageOf(get({ text, charset: undefined, coding: '2' }))?.body).toBe(expected);
  const latin1 = Buffer.from('Señal 493021', 'latin1');
  expect(messageOf(get({ text: latin1, charset: 'ISO-8859-1' }))?.body).toBe('Señal 493021');
  expect(messageOf(get({ charset: undefined, coding: undefined }))?.body).toBe(PUSHED.text);
});

test('a charset that nobody knows is a 400', () => {
  expect(refusal(get({ charset: 'EBCDIC' }))).toMatch(/^400 charset: expected %C/);
  expect(refusal(get({ charset: 'constructor' }))).toMatch(/^400 charset: /);
});

test('times are whole seconds, and only evidence', () => {
  expect(messageOf(get({ time: '1768478399' }))?.times).toEqual([
    { clock: 'provider', at: 1_768_478_399_000, resolutionMs: 1000 },
  ]);
  expect(messageOf(get({ time: '' }))?.times).toEqual([]);
  expect(messageOf(get({ time: '2026-01-15 12:00' }))?.times).toEqual([]);
});

test('a second delivery carries the id of the first', () => {
  expect(get({})).toEqual(get({}));
});

test('a missing token is a 401, another one a 403, two a 400', () => {
  expect(refusal(get({ token: undefined }))).toMatch(/^401 expected token/);
  expect(refusal(get({ token: '' }))).toMatch(/^403 /);
  expect(refusal(get({ token: `${TOKEN}x` }))).toMatch(/^403 token in the get-url is not the one/);
  const twice = getKannel(FIELDS);
  expect(refusal(receiveNow(openKannel(), { ...twice, url: `${twice.url}&token=${TOKEN}` }))).toMatch(
    /^400 /,
  );
});

test.each([
  [{ id: '' }, /^400 id: /],
  [{ from: '' }, /^400 from: /],
  [{ to: '' }, /^400 to: /],
  [{ text: 'x'.repeat(10_001) }, /^400 text: .*10000/],
])('a wrong field is a 400 that names it: %#', (fields, expected) => {
  expect(refusal(get(fields))).toMatch(expected);
});

test('a token that could be guessed is a fault', () => {
  expect(kannelInbox.schema.safeParse({ token: 'short' }).success).toBe(false);
});
