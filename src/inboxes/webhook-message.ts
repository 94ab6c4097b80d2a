import { z } from 'zod';
import type { InboundMessage } from '../domain/message.ts';
import { readMessage } from './inbound-fields.ts';
import { isoTime, MAX_TEXT, readDocument, readIsoTime } from './json-document.ts';

/** Fields that are not named here are the sender's own affair. */
const Document = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  text: z.string().max(MAX_TEXT),
  sentAt: isoTime.nullish(),
  receivedAt: isoTime.nullish(),
});

export type WebhookMessage = Pick<InboundMessage, 'providerId' | 'from' | 'to' | 'body' | 'times'>;

/** Reads a proven body. The problem says in words which field is wrong, and never what was in it. */
export function readWebhookMessage(
  body: Buffer,
): { readonly message: WebhookMessage } | { readonly problem: string } {
  const read = readDocument(body, Document);
  if ('problem' in read) return read;
  const { sentAt, receivedAt, ...written } = read.data;
  const message = readMessage(written, { id: 'id', from: 'from', to: 'to' });
  if ('problem' in message) return message;
  const times = [readIsoTime('service_centre', sentAt), readIsoTime('provider', receivedAt)].flat();
  return { message: { ...message, times } };
}
