import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { httpSmsInbox } from '../../src/inboxes/httpsms.ts';
import type { HookRequest } from '../../src/ports/inbox.ts';
import { ARRIVED, inboxContract, PUSHED } from '../contracts/inbox-contract.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { inboxDeps } from '../support/inbox-deps.ts';
import {
  ADDRESS,
  httpSmsEvent,
  httpSmsHarness,
  openHttpSms,
  SIGNING_KEY,
  signHttpSms,
  type TokenOptions,
} from '../support/providers/httpsms.ts';
import { receiveHook, refusal } from '../support/receive-hook.ts';

const EVENT = httpSmsEvent(PUSHED);
const withData = (change: object) => ({ ...EVENT, data: { ...EVENT.data, ...change } });
const receive = (request: HookRequest, settings: Record<string, unknown> = {}) =>
  receiveHook(openHttpSms(settings), request);
const answer = async (options: TokenOptions) => refusal(await receive(await signHttpSms(EVENT, options)));

inboxContract('httpsms', httpSmsHarness);

test('a token of another key, for another address or by another issuer proves nothing', async () => {
  expect(await answer({ key: 'another key' })).toMatch(/^403 the token does not match: check the secret/);
  expect(await answer({ audience: `${ADDRESS}2` })).toMatch(
    /^403 the token is for another address than https:/,
  );
  expect(await answer({ issuer: 'someone' })).toMatch(/^403 the token's iss is not what was expected/);
});

test('a replayed token is refused, one that is dated ahead and one that has expired too', async () => {
  expect(await answer({ at: ARRIVED.at - 299_000 })).toBe('accepted');
  expect(await answer({ at: ARRIVED.at - 302_000 })).toMatch(
    /^403 the token's iat is 302 s behind our clock/,
  );
  expect(await answer({ at: ARRIVED.at + 302_000 })).toMatch(
    /^403 the token's iat is 302 s ahead of our clock/,
  );
  expect(await answer({ at: ARRIVED.at - 3_600_000 })).toMatch(/^403 the token has expired/);
});

test('a token that was tampered with, or is signed with nothing, proves nothing', async () => {
  const { headers, ...request } = await signHttpSms(EVENT);
  const [header = '', payload = '', signature = ''] = (headers['authorization'] ?? '').split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'someone else' })).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const authorization of [
    [header, other, signature].join('.'),
    `Bearer ${none}.${payload}.${signature}`,
    `Bearer ${none}.${payload}.`,
    'Bearer x.y.z',
    `Bearer ${'a'.repeat(5000)}.b.c`,
    'Basic dXNlcjpwYXNz',
  ]) {
    expect(refusal(await receive({ ...request, headers: { authorization } }))).toMatch(/^40[13] /);
  }
});

test('a token without the second it was made could be replayed for ever, and is refused', async () => {
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(ADDRESS)
    .setIssuer('api.httpsms.com')
    .sign(new TextEncoder().encode(SIGNING_KEY));
  const request = { ...(await signHttpSms(EVENT)), headers: { authorization: `Bearer ${token}` } };
  expect(refusal(await receive(request))).toMatch(/^403 the token has no iat/);
});

test('a second delivery with another token is the same message', async () => {
  const first = await receive(await signHttpSms(EVENT));
  expect(await receive(await signHttpSms(EVENT, { at: ARRIVED.at + 5000 }))).toEqual(first);
});

test('a text that the app has encrypted is one that the receive path hides', async () => {
  const verdict = await receive(await signHttpSms(withData({ encrypted: true, content: 'q83vEjRWeJA=' })));
  expect(verdict).toMatchObject({ accepted: true, messages: [{ redacted: true }] });
});

test('other events are answered, and nobody hears of them', async () => {
  const sent = { ...EVENT, type: 'message.phone.sent' };
  expect(await receive(await signHttpSms(sent))).toMatchObject({ accepted: true, messages: [] });
});

test('without a public URL nothing can be proven, and check says so', async () => {
  const inbox = openHttpSms({}, inboxDeps(new FakeClock(), null));
  const verdict = await receiveHook(inbox, await signHttpSms(EVENT));
  expect(refusal(verdict)).toMatch(/^403 .*hooks.publicUrl is not configured/);
  const settings = httpSmsInbox.schema.parse({ signingKey: SIGNING_KEY });
  const said = httpSmsInbox.check?.(settings, { hooks: true, publicUrl: null });
  expect(said).toEqual([expect.stringContaining('hooks: { publicUrl')]);
});

test.each([
  [withData({ message_id: null }), /^400 data.message_id: /],
  [withData({ message_id: 'a b' }), /^400 data.message_id: /],
  [withData({ contact: '' }), /^400 data.contact: /],
  [withData({ content: 'x'.repeat(10_001) }), /^400 data.content: .*10000/],
  [{ ...EVENT, type: 7 }, /^400 type: /],
  ['text', /^400 document: /],
])('a document with a wrong field is a 400 that names it: %#', async (event, expected) => {
  const request = { ...(await signHttpSms(EVENT)), body: Buffer.from(JSON.stringify(event)) };
  expect(refusal(await receive(request))).toMatch(expected);
});
