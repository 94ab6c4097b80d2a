import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { awsSnsInbox } from '../../src/inboxes/aws-sns.ts';
import type { InboxDeps } from '../../src/ports/inbox.ts';
import { ARRIVED, inboxContract, PUSHED } from '../contracts/inbox-contract.ts';
import { inboxDeps } from '../support/inbox-deps.ts';
import {
  awsSnsHarness,
  certificate,
  CERTIFICATE_URL,
  fakeSns,
  HOST,
  newKey,
  notification,
  openAwsSns,
  postSns,
  signSns,
  smsPayload,
  SUBSCRIBE_URL,
  subscription,
  TOPIC,
} from '../support/providers/aws-sns.ts';
import { receiveHook, refusal } from '../support/receive-hook.ts';

const SMS = notification(smsPayload(PUSHED));
type Signed = ReturnType<typeof signSns>;
const answer = async (request: Signed, sns = fakeSns()) =>
  refusal(await receiveHook(openAwsSns(sns), request));

inboxContract('aws-sns', awsSnsHarness);

test('both versions of the signature are taken, each only as what it is', async () => {
  expect(await answer(signSns({ ...SMS, SignatureVersion: '1' }))).toBe('accepted');
  expect(await answer(signSns({ ...SMS, SignatureVersion: '2' }))).toBe('accepted');
  const document = JSON.parse(signSns(SMS).body.toString()) as object;
  expect(await answer(postSns({ ...document, SignatureVersion: '1' }))).toMatch(
    /^403 Signature does not match/,
  );
  expect(await answer(postSns({ ...document, SignatureVersion: '3' }))).toMatch(/^400 SignatureVersion: /);
});

test('a subject is signed where there is one', async () => {
  const signed = signSns({ ...SMS, Subject: 'SMS' });
  expect(await answer(signed)).toBe('accepted');
  const { Subject: _dropped, ...rest } = JSON.parse(signed.body.toString()) as Record<string, unknown>;
  expect(await answer(postSns(rest))).toMatch(/^403 Signature does not match/);
});

test("another's key proves nothing, and neither does a signature of another message", async () => {
  expect(await answer(signSns(SMS, newKey()))).toMatch(/^403 Signature does not match/);
  const { Signature } = JSON.parse(signSns(notification('{}')).body.toString()) as Record<string, unknown>;
  expect(await answer(postSns({ ...SMS, Signature }))).toMatch(/^403 Signature does not match/);
});

test('a message is taken for as long as SNS may still be sending it, and no longer', async () => {
  const at = (agoMs: number) => signSns({ ...SMS, Timestamp: new Date(ARRIVED.at - agoMs).toISOString() });
  expect(await answer(at(3_600_000))).toBe('accepted');
  expect(await answer(at(4_000_000))).toMatch(/^403 Timestamp is 4000 s behind our clock/);
  expect(await answer(at(-4_000_000))).toMatch(/^403 Timestamp is 4000 s ahead of our clock/);
});

test('anyone can have SNS sign something: only our topic counts', async () => {
  const other = signSns({ ...SMS, TopicArn: 'arn:aws:sns:us-east-1:999999999999:inbound-sms' });
  expect(await answer(other)).toMatch(/^403 TopicArn is not the topic of this inbox/);
});

test.each([
  'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
  'https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
  'https://evil.example/SimpleNotificationService-1.pem',
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
  'https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem',
  'https://user:pass@sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
  'https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-1.pem',
  'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem?x=1',
  'https://sns.us-east-1.amazonaws.com/../bucket/mine.pem',
  'https://bucket.s3.amazonaws.com/SimpleNotificationService-1.pem',
  'file:///etc/passwd',
  '',
])('no certificate is fetched from %j', async (SigningCertURL) => {
  const sns = fakeSns();
  expect(await answer(signSns({ ...SMS, SigningCertURL }), sns)).toMatch(/^403 SigningCertURL is not/);
  expect(sns.asked).toEqual([]);
});

test('the certificate is fetched once, also for messages that come together', async () => {
  const sns = fakeSns();
  const inbox = openAwsSns(sns);
  const verdicts = await Promise.all([1, 2, 3].map(() => receiveHook(inbox, signSns(SMS))));
  await receiveHook(inbox, signSns(SMS));
  expect(verdicts.map(refusal)).toEqual(['accepted', 'accepted', 'accepted']);
  expect(sns.asked).toEqual([CERTIFICATE_URL]);
});

test('while the certificate cannot be had SNS is asked to send again, and then it is taken', async () => {
  const sns = fakeSns();
  const inbox = openAwsSns(sns);
  for (const broken of [null, 500, 503]) {
    sns.pages.set(CERTIFICATE_URL, broken);
    const verdict = await receiveHook(inbox, signSns(SMS));
    expect(refusal(verdict)).toMatch(/^503 the certificate could not be had from sns.us-east-1/);
  }
  sns.pages.set(CERTIFICATE_URL, certificate());
  expect(refusal(await receiveHook(inbox, signSns(SMS)))).toBe('accepted');
});

test('what is no certificate of an RSA key, or is out of date, proves nothing', async () => {
  const sns = fakeSns();
  const years = (from: string, to: string) =>
    certificate(undefined, { from: new Date(from), to: new Date(to) });
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  for (const [page, expected] of [
    [404, /^403 there is no certificate/],
    ['<html>', /^403 there is no certificate/],
    [certificate(elliptic), /^403 there is no certificate/],
    [years('2024-01-01', '2025-01-01'), /^403 the certificate .* has expired/],
    [years('2027-01-01', '2028-01-01'), /^403 the certificate .* not valid yet/],
  ] as const) {
    sns.pages.set(CERTIFICATE_URL, page);
    expect(await answer(signSns(SMS), sns)).toMatch(expected);
  }
});

test('many unknown addresses at once are not all asked', async () => {
  const sns = fakeSns();
  const waiting = Promise.withResolvers<{ status: number; text: string }>();
  let asked = 0;
  const fetch = () => {
    asked += 1;
    return waiting.promise;
  };
  const inbox = openAwsSns({ ...sns, fetch });
  const verdicts = Array.from({ length: 50 }, (_, index) =>
    receiveHook(inbox, signSns({ ...SMS, SigningCertURL: `${HOST}/SimpleNotificationService-${index}.pem` })),
  );
  expect(refusal(await (verdicts.at(-1) ?? Promise.reject(new Error('none'))))).toMatch(
    /^503 other certificates/,
  );
  waiting.resolve({ status: 404, text: '' });
  await Promise.all(verdicts);
  expect(asked).toBe(4);
});

function listening() {
  const events: string[] = [];
  const deps: InboxDeps = { ...inboxDeps(), logger: { log: (_level, event) => void events.push(event) } };
  return { events, deps };
}

test('a subscription to our topic is confirmed, and said in the log', async () => {
  const sns = fakeSns();
  const { events, deps } = listening();
  const verdict = await receiveHook(openAwsSns(sns, undefined, deps), signSns(subscription()));
  expect(verdict).toMatchObject({ accepted: true, messages: [] });
  expect(sns.asked).toEqual([CERTIFICATE_URL, SUBSCRIBE_URL]);
  expect(events).toEqual(['inbox_subscribed']);
});

test('a subscription that cannot be confirmed now is to be sent again', async () => {
  const sns = fakeSns();
  sns.pages.set(SUBSCRIBE_URL, null);
  const { events, deps } = listening();
  const verdict = await receiveHook(openAwsSns(sns, undefined, deps), signSns(subscription()));
  expect(refusal(verdict)).toMatch(/^503 the subscription could not be confirmed/);
  expect(events).toEqual(['inbox_not_subscribed']);
});

test.each([
  `https://evil.example/?Action=ConfirmSubscription`,
  `http://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription`,
  `${HOST}/?Action=DeleteTopic&TopicArn=${TOPIC}`,
])('nothing but a confirmation at the host of the topic is visited: %s', async (SubscribeURL) => {
  const sns = fakeSns();
  expect(await answer(signSns(subscription({ SubscribeURL })), sns)).toMatch(/^400 SubscribeURL: /);
  expect(sns.asked).toEqual([CERTIFICATE_URL]);
});

test('an unsigned confirmation, or one of another topic, is not visited', async () => {
  const sns = fakeSns();
  expect(await answer(postSns(subscription()), sns)).toMatch(/^401 /);
  expect(await answer(signSns(subscription(), newKey()), sns)).toMatch(/^403 Signature/);
  expect(await answer(signSns(subscription({ TopicArn: `${TOPIC}2` })), sns)).toMatch(/^403 TopicArn/);
  expect(sns.asked).not.toContain(SUBSCRIBE_URL);
});

test('the end of a subscription is said in the log', async () => {
  const { events, deps } = listening();
  const ended = subscription({ Type: 'UnsubscribeConfirmation' });
  await receiveHook(openAwsSns(fakeSns(), undefined, deps), signSns(ended));
  expect(events).toEqual(['inbox_unsubscribed']);
});

test('raw message delivery is not signed, and the answer says how to mend it', async () => {
  expect(await answer(postSns(JSON.parse(smsPayload(PUSHED))))).toMatch(/^401 .*raw message delivery/);
});

test.each([
  ['not JSON', /^400 Message: expected one JSON document/],
  ['{}', /^400 Message: originationNumber: /],
  [smsPayload({ ...PUSHED, id: '' }), /^400 Message.inboundMessageId: /],
  [smsPayload({ ...PUSHED, text: 'x'.repeat(10_001) }), /^400 Message: messageBody: .*10000/],
])('a signed message that is no SMS is a 400: %#', async (message, expected) => {
  expect(await answer(signSns(notification(message)))).toMatch(expected);
});

test.each([
  ['arn:aws:sns:us-east-1:123456789012:sms', true],
  ['arn:aws-cn:sns:cn-north-1:123456789012:sms', true],
  ['arn:aws-us-gov:sns:us-gov-west-1:123456789012:sms', true],
  ['arn:aws:sqs:us-east-1:123456789012:sms', false],
  ['arn:aws:sns:evil.example/:123456789012:sms', false],
])('%s as a topic: %s', (topicArn, expected) => {
  expect(awsSnsInbox.schema.safeParse({ topicArn }).success).toBe(expected);
});
