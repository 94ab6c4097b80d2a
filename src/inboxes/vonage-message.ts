import { z } from 'zod';
import type { InboundMessage, ProviderTime } from '../domain/message.ts';
import { SECOND } from '../domain/units.ts';
import { MAX_PARTS } from './concatenated-parts.ts';
import { readMessage } from './inbound-fields.ts';
import { MAX_TEXT, maybeTime, readIsoTime } from './json-document.ts';
import type { VonageParameters } from './vonage-signature.ts';

export type VonageMessage = Pick<InboundMessage, 'providerId' | 'from' | 'to' | 'body' | 'times'>;

export interface VonageConcatenation {
  readonly reference: string;
  readonly number: number;
  readonly total: number;
}

/** What a proven request holds. */
export type VonageContent =
  | { readonly message: VonageMessage; readonly part: VonageConcatenation | null }
  /** A report on something that was sent. */
  | { readonly message: null }
  | { readonly problem: string };

/** More than the 153 characters of a part, whatever its alphabet. */
const MAX_PART_TEXT = 1000;

/** An inbound message of the SMS API (https://developer.vonage.com/messaging/sms/guides/inbound-sms). */
export function readSmsApi(parameters: VonageParameters): VonageContent {
  const value = (name: string): string => parameters[name] ?? '';
  if (value('status') !== '' && parameters['text'] === undefined) return { message: null };
  const part = readConcatenation(value);
  if (part && 'problem' in part) return part;
  const text = value('text');
  const limit = part ? MAX_PART_TEXT : MAX_TEXT;
  if (text.length > limit) return { problem: `text: expected at most ${limit} characters` };
  const written = { id: value('messageId'), from: value('msisdn'), to: value('to'), text };
  const message = readMessage(written, { id: 'messageId', from: 'msisdn', to: 'to', bare: true });
  if ('problem' in message) return message;
  return { message: { ...message, times: readPushTime(value('message-timestamp')) }, part };
}

function readConcatenation(
  value: (name: string) => string,
): VonageConcatenation | { readonly problem: string } | null {
  if (value('concat') !== 'true') return null;
  const reference = value('concat-ref');
  const [number, total] = [readCount(value('concat-part')), readCount(value('concat-total'))];
  if (!/^[\w-]{1,40}$/.test(reference) || number === null || total === null || number > total) {
    return {
      problem: `expected concat-ref, concat-part and concat-total of a message in ${MAX_PARTS} parts at most`,
    };
  }
  return total === 1 ? null : { reference, number, total };
}

const readCount = (written: string): number | null =>
  /^[1-9][0-9]?$/.test(written) && Number(written) <= MAX_PARTS ? Number(written) : null;

/** `2026-01-15 12:00:00`, in UTC: when Vonage began to push, not when the message came. */
function readPushTime(written: string): ProviderTime[] {
  const time = maybeTime.parse(`${written.replace(' ', 'T')}Z`);
  return readIsoTime('push', time).map((read) => ({ ...read, resolutionMs: SECOND }));
}

const Message = z.object({
  channel: z.literal('sms', 'expected sms'),
  message_uuid: z.string(),
  from: z.string(),
  to: z.string(),
  text: z.string().max(MAX_TEXT).nullish(),
  timestamp: maybeTime,
});

/** An inbound message of the Messages API; it comes whole, however many parts it had. */
export function readMessagesApi(document: object): VonageContent {
  if ('status' in document && !('text' in document)) return { message: null };
  const { success, data, error } = Message.safeParse(document);
  if (!success) {
    const issues = error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`);
    return { problem: issues.join('; ') };
  }
  const { message_uuid: id, from, to, text, timestamp } = data;
  const names = { id: 'message_uuid', from: 'from', to: 'to', bare: true };
  const message = readMessage({ id, from, to, text: text ?? '' }, names);
  if ('problem' in message) return message;
  return { message: { ...message, times: readIsoTime('provider', timestamp) }, part: null };
}
