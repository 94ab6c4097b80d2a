import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { MINUTE } from '../../../src/domain/units.ts';
import { createAwsSnsInbox } from '../../../src/inboxes/aws-sns.ts';
import type { FetchText } from '../../../src/inboxes/sns-fetch.ts';
import type { HookRequest } from '../../../src/ports/inbox.ts';
import { ARRIVED, type InboxHarness, type PushedMessage } from '../../contracts/inbox-contract.ts';
import { certificateOf } from '../certificate.ts';
import { inboxDeps } from '../inbox-deps.ts';

export const TOPIC = 'arn:aws:sns:us-east-1:123456789012:inbound-sms';
export const HOST = 'https://sns.us-east-1.amazonaws.com';
export const CERTIFICATE_URL = `${HOST}/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem`;
export const SUBSCRIBE_URL = `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`;

export const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
export const KEY = newKey();

const YEAR = { from: new Date('2025-06-01T00:00:00Z'), to: new Date('2026-06-01T00:00:00Z') };
export const certificate = (key = KEY, valid = YEAR): string =>
  certificateOf(key, { name: 'sns.amazonaws.com', ...valid });

export interface FakeSns {
  /** By address; all others are 404. A null is no answer. */
  readonly pages: Map<string, string | number | null>;
  readonly asked: string[];
  readonly fetch: FetchText;
}

export function fakeSns(): FakeSns {
  const pages = new Map<string, string | number | null>([
    [CERTIFICATE_URL, certificate()],
    [SUBSCRIBE_URL, '<ConfirmSubscriptionResponse/>'],
  ]);
  const asked: string[] = [];
  const fetch: FetchText = async (url) => {
    asked.push(url.href);
    const page = pages.get(url.href) ?? (pages.has(url.href) ? null : 404);
    if (page === null) throw new Error('no route');
    return typeof page === 'number' ? { status: page, text: '' } : { status: 200, text: page };
  };
  return { pages, asked, fetch };
}

export const openAwsSns = (sns = fakeSns(), windowMs = 65 * MINUTE, deps = inboxDeps()) =>
  createAwsSnsInbox({ topicArn: TOPIC, window: windowMs }, deps, sns.fetch);

type Fields = Readonly<Record<string, string | undefined>>;

/** The document of https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html */
export const notification = (message: string, more: Fields = {}): Fields => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: TOPIC,
  Message: message,
  Timestamp: '2026-01-15T11:59:59.700Z',
  SignatureVersion: '2',
  SigningCertURL: CERTIFICATE_URL,
  UnsubscribeURL: `${HOST}/?Action=Unsubscribe&SubscriptionArn=${TOPIC}:c9135db0`,
  ...more,
});

export const subscription = (more: Fields = {}): Fields => ({
  Type: 'SubscriptionConfirmation',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  Token: '2336412f37',
  TopicArn: TOPIC,
  Message: `You have chosen to subscribe to the topic ${TOPIC}.`,
  SubscribeURL: SUBSCRIBE_URL,
  Timestamp: '2026-01-15T11:59:59.700Z',
  SignatureVersion: '1',
  SigningCertURL: CERTIFICATE_URL,
  ...more,
});

/** The document of https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html */
export const smsPayload = ({ id, from, to, text }: PushedMessage): string =>
  JSON.stringify({
    originationNumber: from,
    destinationNumber: to,
    messageKeyword: 'KEYWORD_123456789012',
    messageBody: text,
    inboundMessageId: id,
    previousPublishedMessageId: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  });

/** By the steps of https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
function signature(fields: Fields, key: KeyObject): string {
  const names =
    fields['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  let text = '';
  for (const name of names) if (fields[name] !== undefined) text += `${name}\n${fields[name]}\n`;
  return sign(fields['SignatureVersion'] === '1' ? 'sha1' : 'sha256', Buffer.from(text), key).toString(
    'base64',
  );
}

export const postSns = (document: unknown): HookRequest => ({
  method: 'POST',
  url: '/hooks/main',
  headers: {
    'content-type': 'text/plain; charset=UTF-8',
    'x-amz-sns-message-type': 'Notification',
    'x-amz-sns-topic-arn': TOPIC,
  },
  body: Buffer.from(JSON.stringify(document)),
  arrived: ARRIVED,
});

export const signSns = (fields: Fields, key = KEY): HookRequest =>
  postSns({ ...fields, Signature: signature(fields, key) });

const FIELDS = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** Takes one field out of the document, where it still is one. */
function withoutField(request: HookRequest, name: string): HookRequest {
  try {
    const { [name]: _dropped, ...rest } = JSON.parse(request.body.toString()) as Record<string, unknown>;
    return { ...request, body: Buffer.from(JSON.stringify(rest)) };
  } catch {
    return request;
  }
}

export const awsSnsHarness = (): InboxHarness => ({
  inbox: openAwsSns(),
  push: (message) => signSns(notification(smsPayload(message))),
  signatureHeader: null,
  unsign: (request) => withoutField(request, 'Signature'),
  // Everything that is signed, and nothing that is not: the addresses of certificate and unsubscription.
  covered: ({ body }) => {
    try {
      const document = JSON.parse(body.toString('utf8')) as Record<string, unknown> | null;
      return JSON.stringify(FIELDS.map((name) => document?.[name] ?? null));
    } catch {
      return body.toString('latin1');
    }
  },
  times: [{ clock: 'provider', at: Date.parse('2026-01-15T11:59:59.700Z'), resolutionMs: 1 }],
});
