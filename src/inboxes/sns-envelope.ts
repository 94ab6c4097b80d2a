import { verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** What Amazon SNS posts to an HTTPS endpoint; the message itself is a text in it. */
export const SnsEnvelope = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z.string().nullish(),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.base64(),
  SigningCertURL: z.string(),
});
export type SnsEnvelope = z.output<typeof SnsEnvelope>;

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const CONFIRMATION = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const;

/**
 * What SNS signs: name and value of each field that is there, a line each
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).
 */
export function textToSign(envelope: SnsEnvelope): string {
  const names = envelope.Type === 'Notification' ? NOTIFICATION : CONFIRMATION;
  return names
    .flatMap((name) => {
      const value = envelope[name];
      return value === undefined || value === null ? [] : [`${name}\n${value}\n`];
    })
    .join('');
}

export function isSignedBy(envelope: SnsEnvelope, key: KeyObject): boolean {
  const algorithm = envelope.SignatureVersion === '1' ? 'sha1' : 'sha256';
  return verify(algorithm, Buffer.from(textToSign(envelope)), key, Buffer.from(envelope.Signature, 'base64'));
}

const TOPIC = /^arn:aws(-cn|-us-gov)?:sns:([a-z]{2}(?:-[a-z]+)+-[0-9]):[0-9]{12}:[\w-]{1,256}$/;

export const topicArn = () =>
  z.string().regex(TOPIC, 'expected the ARN of a standard topic: arn:aws:sns:REGION:ACCOUNT:NAME');

/** The one host that speaks for a topic: its region's SNS. */
export function hostOfTopic(arn: string): string {
  const [, partition, region = ''] = TOPIC.exec(arn) ?? [];
  return `sns.${region}.amazonaws.com${partition === '-cn' ? '.cn' : ''}`;
}

/** `https` on that host and its usual port, with no user; null for anything else. */
export function pinnedUrl(written: string, host: string): URL | null {
  const url = URL.parse(written);
  if (url?.protocol !== 'https:' || url.host !== host) return null;
  return url.username === '' && url.password === '' ? url : null;
}
