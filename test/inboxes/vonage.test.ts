import { verifySignature } from '@vonage/jwt';
import { describe, expect, test } from 'vitest';
import { vonageInbox } from '../../src/inboxes/vonage.ts';
import type { HookRequest } from '../../src/ports/inbox.ts';
import { ARRIVED, inboxContract, PUSHED, tamperBody } from '../contracts/inbox-contract.ts';
import {
  asForm,
  asGet,
  asJson,
  messagesDocument,
  openVonage,
  SECRET,
  signFields,
  smsFields,
  vonageFormHarness,
  vonageGetHarness,
  vonageJsonHarness,
  vonageToken,
  vonageTokenHarness,
  withToken,
} from '../support/providers/vonage.ts';
import { receiveHook, refusal } from '../support/receive-hook.ts';

const FIELDS = smsFields(PUSHED);
const MESSAGE = messagesDocument(PUSHED);
const receive = (request: HookRequest, settings: Record<string, unknown> = {}) =>
  receiveHook(openVonage(settings), request);
const answer = async (request: HookRequest, settings: Record<string, unknown> = {}) =>
  refusal(await receive(request, settings));

inboxContract('vonage, by GET', vonageGetHarness);
inboxContract('vonage, by a form', vonageFormHarness);
inboxContract('vonage, by JSON', vonageJsonHarness);
inboxContract('vonage, with a token', vonageTokenHarness);

describe('a signature in the parameters', () => {
  test.each(['md5hash', 'md5', 'sha1', 'sha256', 'sha512'])(
    'by %s is taken where it is set up',
    async (method) => {
      const request = asForm(signFields(FIELDS, method));
      expect(await answer(request, { signatureMethod: method })).toBe('accepted');
      const other = method === 'sha512' ? 'sha1' : 'sha512';
      expect(await answer(request, { signatureMethod: other })).toMatch(
        /^403 sig does not match: signatureSecret/,
      );
    },
  );

  // The signatures of Vonage's own SDK: packages/sms/__tests__/__dataSets__/signature.ts in vonage-node-sdk.
  test.each([
    ['md5hash', 'd2e7b1dc968737c5998ad624e02f90b7'],
    ['md5', 'DDEBD46008C2D4E93CCE578A332A52D5'],
    ['sha1', '27D0D05C2876C7CB1720DBCDBA4D492E1E55C09A'],
    ['sha256', 'DDB8397C2B90AAC7F3882D306475C9A5058C92322EEF43C92B298B6E0FC0D330'],
    [
      'sha512',
      'E0D3C650F8C9D1A5C174D10DDDBFB003E561F59B265616208B0487C5D819481CD3C311D59CF6165ECD1139622D5BA3A256C0D763AC4A9AD9144B5A426B94FE82',
    ],
  ])("by %s is what Vonage's SDK expects", async (signatureMethod, sig) => {
    const fields = {
      'message-timestamp': '2013-11-21 15:27:30',
      messageId: '020000001B0FE827',
      msisdn: '14843472194',
      text: 'Test again',
      timestamp: '1385047698',
      to: '13239877404',
      type: 'text',
      sig,
    };
    const arrived = { ...ARRIVED, at: 1_385_047_700_000 };
    const settings = { signatureSecret: 'my_secret_key_for_testing', signatureMethod };
    expect(await receive({ ...asGet(fields), arrived }, settings)).toMatchObject({
      accepted: true,
      messages: [{ from: '+14843472194', to: '+13239877404', body: 'Test again' }],
    });
    const tampered = { ...asGet({ ...fields, text: 'Test agaim' }), arrived };
    expect(await answer(tampered, settings)).toMatch(/^403 sig does not match/);
  });

  test('covers every parameter, with & and = of values as _, in either case of its digits', async () => {
    const fields = smsFields({ ...PUSHED, text: 'a=b&c 493021' });
    expect(await answer(asGet(signFields(fields)))).toBe('accepted');
    const { sig = '', ...rest } = signFields(FIELDS);
    expect(await answer(asGet({ ...rest, sig: sig.toLowerCase() }))).toBe('accepted');
    expect(await answer(asGet({ ...rest, sig, extra: '1' }))).toMatch(/^403 sig does not match/);
    const { nonce: _dropped, ...less } = rest;
    expect(await answer(asGet({ ...less, sig }))).toMatch(/^403 sig does not match/);
  });

  test('of another secret proves nothing', async () => {
    expect(await answer(asForm(signFields(FIELDS, 'sha256', 'another')))).toMatch(/^403 sig does not match/);
  });

  test('is good for as long as Vonage sends again, or as the window says', async () => {
    const aged = (seconds: number) =>
      asForm(signFields({ ...FIELDS, timestamp: String(Math.floor(ARRIVED.at / 1000) - seconds) }));
    expect(await answer(aged(86_000))).toBe('accepted');
    expect(await answer(aged(90_000))).toMatch(/^403 timestamp is 90000 s behind our clock/);
    expect(await answer(aged(-90_000))).toMatch(/^403 timestamp is 90000 s ahead of our clock/);
    expect(await answer(aged(302), { window: '5m' })).toMatch(/^403 timestamp is 302 s behind our clock/);
  });

  test('is missing, or its time is: the answer says what to switch on', async () => {
    const { timestamp: _time, ...timeless } = FIELDS;
    for (const request of [asGet(FIELDS), asForm(signFields(timeless)), asJson([FIELDS]), asJson(FIELDS)]) {
      expect(await answer(request)).toMatch(/^401 expected a token in Authorization, or sig and timestamp/);
    }
  });

  test('does not count for parameters that could be read in two ways', async () => {
    const request = asGet(signFields(FIELDS));
    expect(await answer({ ...request, url: `${request.url}&text=493021` })).toMatch(/^401 /);
    // `&` in a name would sign the same as two parameters.
    const { to = '', text = '', ...rest } = FIELDS;
    expect(await answer(asGet(signFields({ ...rest, [`text=${text}&to`]: to })))).toMatch(/^401 /);
  });
});

describe('a token', () => {
  const body = asJson(MESSAGE).body;

  test("that Vonage's own library takes is taken, and what it refuses is refused", async () => {
    for (const [secret, expected] of [
      [SECRET, true],
      ['another', false],
    ] as const) {
      const token = await vonageToken(body, { secret });
      expect(verifySignature(token, SECRET)).toBe(expected);
      expect(await answer(await withToken(MESSAGE, { secret }))).toMatch(
        expected ? /^accepted/ : /^403 the token does/,
      );
    }
    const [header = '', payload = '', signature = ''] = (await vonageToken(body)).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, api_key: 'x' })).toString('base64url');
    const tampered = [header, forged, signature].join('.');
    expect(verifySignature(tampered, SECRET)).toBe(false);
    expect(await answer(asJson(MESSAGE, { authorization: `Bearer ${tampered}` }))).toMatch(
      /^403 the token does/,
    );
  });

  test('is good for the body whose digest it holds, and for no other', async () => {
    const request = await withToken(MESSAGE);
    expect(await answer(tamperBody(request))).toMatch(
      /^403 the token's payload_hash is not the SHA-256 of the body/,
    );
    expect(await answer(await withToken(MESSAGE, { hash: '' }))).toMatch(/^403 the token's payload_hash/);
  });

  test('that is replayed is refused', async () => {
    const old = await withToken(MESSAGE, { at: ARRIVED.at - 302_000 });
    expect(await answer(old, { window: '5m' })).toMatch(/^403 the token's iat is 302 s behind our clock/);
    expect(await answer(old)).toBe('accepted');
    expect(await answer(await withToken(MESSAGE, { at: ARRIVED.at - 90_000_000 }))).toMatch(
      /^403 the token's iat/,
    );
  });

  test('proves the parameters of the SMS API as well, where they come as JSON', async () => {
    const verdict = await receive(await withToken(FIELDS));
    expect(verdict).toMatchObject({
      accepted: true,
      messages: [{ providerId: PUSHED.id, body: PUSHED.text }],
    });
  });

  test.each([
    [{ ...MESSAGE, message_uuid: 7 }, /^400 message_uuid: /],
    [{ ...MESSAGE, channel: 'whatsapp' }, /^400 channel: expected sms/],
    [{ ...MESSAGE, to: '' }, /^400 to: /],
    [{ ...MESSAGE, text: 'x'.repeat(10_001) }, /^400 text: .*10000/],
    [[1], /^400 expected message_uuid, or messageId/],
    ['text', /^400 expected one JSON document/],
  ])('on a document with a wrong field is a 400 that names it: %#', async (document, expected) => {
    expect(await answer(await withToken(document as object))).toMatch(expected);
  });
});

test('reports on messages that were sent are answered, and nobody hears of them', async () => {
  const { text: _dropped, ...rest } = FIELDS;
  const receipt = asGet(signFields({ ...rest, status: 'delivered', scts: '2601151200', 'err-code': '0' }));
  expect(await receive(receipt)).toMatchObject({ accepted: true, messages: [] });
  const { text: _text, ...status } = { ...MESSAGE, status: 'delivered' };
  expect(await receive(await withToken(status))).toMatchObject({ accepted: true, messages: [] });
});

test('a push time that cannot be read does not lose the message', async () => {
  const verdict = await receive(asForm(signFields({ ...FIELDS, 'message-timestamp': 'soon' })));
  expect(verdict).toMatchObject({ accepted: true, messages: [{ times: [] }] });
});

describe('a message in parts', () => {
  const part = (number: number, text: string, more: Readonly<Record<string, string>> = {}) =>
    asForm(
      signFields(
        smsFields(
          { ...PUSHED, id: `part-${number}`, text },
          {
            concat: 'true',
            'concat-ref': '108',
            'concat-total': '2',
            'concat-part': String(number),
            ...more,
          },
        ),
      ),
    );

  test('is asked for again until it is whole, handed over until it is durable, and then acknowledged', async () => {
    const inbox = openVonage();
    const [first, second] = [part(1, 'Your code is 4930'), part(2, '21')];
    const waiting = await receiveHook(inbox, second);
    expect(refusal(waiting)).toBe('503 1 of 2 parts are here; please send this one again');
    const whole = await receiveHook(inbox, first);
    expect(whole).toMatchObject({
      accepted: true,
      messages: [{ providerId: 'part-1', body: 'Your code is 493021', arrived: ARRIVED }],
    });
    const again = await receiveHook(inbox, second);
    expect(again).toMatchObject({ accepted: true, messages: [{ providerId: 'part-1' }] });
    if (whole.accepted) whole.kept?.();
    expect(await receiveHook(inbox, second)).toMatchObject({ accepted: true, messages: [] });
  });

  test('of one part is whole at once', async () => {
    const verdict = await receive(part(1, 'all of it', { 'concat-total': '1' }));
    expect(verdict).toMatchObject({ accepted: true, messages: [{ body: 'all of it' }] });
  });

  test.each([
    { 'concat-part': '0' },
    { 'concat-part': '3' },
    { 'concat-total': '65', 'concat-part': '1' },
    { 'concat-total': 'two' },
    { 'concat-ref': '' },
  ])('whose count makes no sense is a 400: %j', async (more) => {
    expect(await answer(part(1, 'x', more))).toMatch(
      /^400 expected concat-ref, concat-part and concat-total/,
    );
  });

  test('with a part longer than any is a 400', async () => {
    expect(await answer(part(1, 'x'.repeat(1001)))).toMatch(/^400 text: expected at most 1000/);
  });
});

test('MD5 is taken, but check advises against it', () => {
  const facts = { hooks: true, publicUrl: null };
  const parse = (signatureMethod: string) =>
    vonageInbox.schema.parse({ signatureSecret: SECRET, signatureMethod });
  expect(vonageInbox.check?.(parse('sha256'), facts)).toEqual([]);
  expect(vonageInbox.check?.(parse('md5hash'), facts)).toEqual([
    { notice: expect.stringMatching(/MD5.*weak/) },
  ]);
  expect(vonageInbox.schema.safeParse({ signatureSecret: SECRET, signatureMethod: 'crc32' }).success).toBe(
    false,
  );
});
