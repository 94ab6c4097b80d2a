import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { twilioReceipts } from '../../src/inboxes/twilio-receipts.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import type { HookRequest, HookVerdict } from '../../src/ports/inbox.ts';
import { answerHook } from '../../src/web/hooks-answer.ts';
import { ARRIVED } from '../contracts/inbox-contract.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from '../support/fake-twilio.ts';
import { inboxDeps } from '../support/inbox-deps.ts';
import { mutation } from '../support/mutations.ts';
import { pushTwilio, twilioHarness, type Fields } from '../support/providers/twilio.ts';
import { receiveNow, refusal } from '../support/receive-hook.ts';

const DELIVERED: Fields = {
  MessageSid: 'SM00000000000000000000000000000001',
  SmsSid: 'SM00000000000000000000000000000001',
  AccountSid: ACCOUNT_SID,
  From: '+18335550100',
  To: '+15005550111',
  MessageStatus: 'delivered',
  SmsStatus: 'delivered',
  RawDlrDoneDate: '2601151200',
  ApiVersion: '2010-04-01',
};

const open = (publicUrl: string | null = 'https://sms.example.net') =>
  twilioReceipts.create(
    twilioReceipts.schema.parse({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN }),
    inboxDeps(new FakeClock(), publicUrl),
  );
const receive = (request: HookRequest, inbox = open()): HookVerdict => receiveNow(inbox, request);
const receiptsOf = (verdict: HookVerdict) => (verdict.accepted ? (verdict.receipts ?? []) : null);

test('a status callback is a receipt, dated by its arrival, and no message', () => {
  const verdict = receive(pushTwilio(DELIVERED));
  expect(verdict).toMatchObject({ accepted: true, messages: [], reply: { status: 200 } });
  expect(receiptsOf(verdict)).toEqual([
    {
      inbox: 'main',
      providerId: DELIVERED['MessageSid'],
      to: '+15005550111',
      said: 'delivered',
      error: null,
      at: ARRIVED.at,
    },
  ]);
});

test.each([
  ['queued', 'pending'],
  ['sent', 'pending'],
  ['delivered', 'delivered'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
])('the status %s says %s', (status, said) => {
  const request = pushTwilio({ ...DELIVERED, MessageStatus: status, ErrorCode: '30007' });
  expect(receiptsOf(receive(request))).toMatchObject([{ said, error: '30007' }]);
});

test('what is no receipt is taken and says nothing: an incoming message, a status of another year', () => {
  for (const MessageStatus of ['received', 'teleported', undefined]) {
    const request = pushTwilio({ ...DELIVERED, MessageStatus, SmsStatus: MessageStatus });
    expect(receiptsOf(receive(request))).toEqual([]);
  }
});

test('only a valid signature counts, and only of the account', () => {
  expect(refusal(receive(pushTwilio(DELIVERED, { token: 'another' })))).toMatch(/^403 X-Twilio-Signature/);
  expect(refusal(receive(pushTwilio(DELIVERED), open(null)))).toMatch(/^403 .*publicUrl/);
  const { 'x-twilio-signature': _dropped, ...headers } = pushTwilio(DELIVERED).headers;
  expect(refusal(receive({ ...pushTwilio(DELIVERED), headers }))).toBe('403 expected X-Twilio-Signature');
  const tampered = Buffer.from(pushTwilio(DELIVERED).body.toString().replace('=delivered', '=failed'));
  expect(refusal(receive({ ...pushTwilio(DELIVERED), body: tampered }))).toMatch(/^403/);
  const stranger = pushTwilio({ ...DELIVERED, AccountSid: 'AC99999999999999999999999999999999' });
  expect(refusal(receive(stranger))).toBe("403 AccountSid is not this inbox's account");
});

test('a receipt is durable before it is acknowledged', async () => {
  const order: string[] = [];
  const request = pushTwilio(DELIVERED);
  const answer = await answerHook(request, { read: 'whole', body: request.body }, ARRIVED, {
    inboxes: new Map([['main', open()]]),
    accept: async () => void order.push('messages'),
    keepReceipts: async (receipts) => void order.push(`${receipts.length} kept`),
    logger: { log: () => undefined },
  });
  expect([...order, answer.status]).toEqual(['messages', '1 kept', 200]);
});

test(
  'of 20000 spoilt requests none is a 5xx, a crash, or a receipt that Twilio did not sign',
  { timeout: 300_000 },
  async () => {
    const valid = pushTwilio(DELIVERED);
    const harness = twilioHarness();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(mutation, async (mutate) => {
        const spoilt = mutate(valid);
        const kept: Receipt[] = [];
        const answer = await answerHook(spoilt, { read: 'whole', body: spoilt.body }, spoilt.arrived, {
          inboxes: new Map([['main', open()]]),
          accept: async () => undefined,
          keepReceipts: async (receipts) => void kept.push(...receipts),
          logger: { log: () => undefined },
        });
        expect(answer.status).toBeLessThan(500);
        if (harness.covered(spoilt) !== harness.covered(valid)) expect(kept).toEqual([]);
        if (answer.status >= 400) refused += 1;
      }),
      { numRuns: 20_000 },
    );
    expect(refused).toBeGreaterThan(10_000);
  },
);

test('without a public address it cannot be configured: the signature covers it', () => {
  const check = (hooks: boolean, publicUrl: string | null) =>
    twilioReceipts.check?.({}, { hooks, publicUrl });
  expect(check(true, 'https://sms.example.net')).toEqual([]);
  expect(check(true, null)).toEqual([expect.stringContaining('publicUrl')]);
});
