import { z } from 'zod';
import { defineKind } from '../ports/kind.ts';
import type { HookRequest, HookVerdict, Inbox, InboxDeps } from '../ports/inbox.ts';
import { duration } from '../ports/settings.ts';
import { hasMediaType, pushed, refuse, TAKEN, takeMessages } from './hook-answers.ts';
import { needHooks } from './hooks-needed.ts';
import { readMessage } from './inbound-fields.ts';
import { MAX_TEXT, parseJson, readDocument, readIsoTime } from './json-document.ts';
import { checkWindow } from './replay-window.ts';
import { SnsCertificates } from './sns-certificates.ts';
import { hostOfTopic, isSignedBy, pinnedUrl, SnsEnvelope, topicArn } from './sns-envelope.ts';
import { fetchText, type FetchText } from './sns-fetch.ts';

const schema = z.strictObject({
  /** The topic that the number publishes to. Anyone can have SNS sign something; only this topic is ours. */
  topicArn: topicArn(),
  /** How far the time of publishing may be from our clock. SNS sends again for up to an hour, unchanged. */
  window: duration().prefault('65m'),
});

/** Numbers of AWS End User Messaging, through an SNS topic, see docs/inboxes/aws-sns.md. */
export const awsSnsInbox = defineKind({
  kind: 'aws-sns',
  schema,
  create: (settings: z.output<typeof schema>, deps: InboxDeps) =>
    createAwsSnsInbox(settings, deps, fetchText),
  check: needHooks('an aws-sns inbox'),
});

export function createAwsSnsInbox(
  settings: z.output<typeof schema>,
  deps: InboxDeps,
  fetch: FetchText,
): Inbox {
  const host = hostOfTopic(settings.topicArn);
  const certificates = new SnsCertificates(host, fetch);

  async function receive(request: HookRequest): Promise<HookVerdict> {
    if (!hasMediaType(request, 'text/plain') && !hasMediaType(request, 'application/json')) {
      return refuse(415, 'expected Content-Type: text/plain, in UTF-8, as SNS sends by default');
    }
    if (!isJsonWithSignature(request.body)) {
      return refuse(
        401,
        'expected a document with Signature: switch raw message delivery of the subscription off',
      );
    }
    const read = readDocument(request.body, SnsEnvelope);
    if ('problem' in read) return refuse(400, read.problem);
    const envelope = read.data;
    if (envelope.TopicArn !== settings.topicArn)
      return refuse(403, 'TopicArn is not the topic of this inbox');
    const unproven = await checkSignature(envelope, request);
    if (unproven) return unproven;
    if (envelope.Type === 'SubscriptionConfirmation') return confirm(envelope, { host, fetch, deps });
    if (envelope.Type === 'UnsubscribeConfirmation') {
      deps.logger.log('warn', 'inbox_unsubscribed', { inbox: deps.name });
      return takeMessages([], TAKEN);
    }
    return readNotification(envelope, request, deps);
  }

  async function checkSignature(envelope: SnsEnvelope, request: HookRequest): Promise<HookVerdict | null> {
    const answer = await certificates.keyAt(envelope.SigningCertURL, request.arrived.at);
    if ('reason' in answer) return refuse(answer.status, answer.reason);
    if (!isSignedBy(envelope, answer.key)) return refuse(403, 'Signature does not match the document');
    const seconds = Date.parse(envelope.Timestamp) / 1000;
    const arrivedAt = request.arrived.at;
    const outside = checkWindow({ name: 'Timestamp', seconds, arrivedAt, windowMs: settings.window });
    return outside === null ? null : refuse(403, outside);
  }

  return { hook: { methods: ['POST'], receive } };
}

function readNotification(envelope: SnsEnvelope, request: HookRequest, deps: InboxDeps): HookVerdict {
  const read = readDocument(envelope.Message, Sms);
  if ('problem' in read) return refuse(400, `Message: ${read.problem}`);
  const { inboundMessageId: id, originationNumber: from, destinationNumber: to, messageBody } = read.data;
  const message = readMessage({ id, from, to, text: messageBody }, NAMES);
  if ('problem' in message) return refuse(400, message.problem);
  const times = readIsoTime('provider', envelope.Timestamp);
  return takeMessages([{ ...message, times, ...pushed(deps, request) }], TAKEN);
}

/** Visits the address that confirms a subscription; the topic is ours, so this is what was asked for. */
async function confirm(
  envelope: SnsEnvelope,
  { host, fetch, deps }: { host: string; fetch: FetchText; deps: InboxDeps },
): Promise<HookVerdict> {
  const url = pinnedUrl(envelope.SubscribeURL ?? '', host);
  if (url?.searchParams.get('Action') !== 'ConfirmSubscription') {
    return refuse(400, `SubscribeURL: expected one of ${host} that confirms a subscription`);
  }
  const answer = await fetch(url).catch(() => null);
  const status = answer?.status ?? null;
  if (status !== 200) {
    deps.logger.log('warn', 'inbox_not_subscribed', { inbox: deps.name, status });
    return refuse(503, 'the subscription could not be confirmed now; please send this again');
  }
  deps.logger.log('info', 'inbox_subscribed', { inbox: deps.name });
  return takeMessages([], TAKEN);
}

function isJsonWithSignature(body: Buffer): boolean {
  const document = parseJson(body);
  return typeof document === 'object' && document !== null && 'Signature' in document;
}

const NAMES = {
  id: 'Message.inboundMessageId',
  from: 'Message.originationNumber',
  to: 'Message.destinationNumber',
};

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html */
const Sms = z.object({
  originationNumber: z.string(),
  destinationNumber: z.string(),
  messageBody: z.string().max(MAX_TEXT),
  inboundMessageId: z.string(),
});
