import type { EpochMs, PhoneNumber } from '../domain/units.ts';

/** A message as the provider's account shows it. */
export interface ListedMessage {
  readonly sid: string;
  readonly direction: 'inbound' | 'outbound-api';
  readonly from: string;
  readonly to: PhoneNumber;
  readonly body: string;
  readonly createdAt: EpochMs;
  sentAt: EpochMs | null;
  status: 'queued' | 'sent' | 'delivered' | 'undelivered' | 'received' | 'failed';
  errorCode: number | null;
  errorText: string | null;
}

/** Inclusive on both sides; messages without a date of sending match no date. */
export interface MessageQuery {
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  readonly sentFrom?: EpochMs | undefined;
  readonly sentTo?: EpochMs | undefined;
}

export interface MessagePage {
  readonly messages: readonly ListedMessage[];
  /** The id after which the next page begins; null on the last one. */
  readonly nextAfter: string | null;
}

export interface MessageLog {
  add(message: ListedMessage): ListedMessage;
  find(sid: string): ListedMessage | undefined;
  /** Newest first. A page begins after an id, so that new messages do not shift it. */
  page(query: MessageQuery, size: number, after?: string): MessagePage;
}

const KEPT = 20_000;

export function createMessageLog(): MessageLog {
  // Insertion order is the order of time.
  const bySid = new Map<string, ListedMessage>();
  return {
    add(message) {
      bySid.set(message.sid, message);
      const oldest = bySid.keys().next().value;
      if (bySid.size > KEPT && oldest !== undefined) bySid.delete(oldest);
      return message;
    },
    find: (sid) => bySid.get(sid),
    page(query, size, after) {
      const all = [...bySid.values()].reverse();
      const start = after === undefined ? 0 : all.findIndex(({ sid }) => sid === after) + 1;
      const found = all.slice(start).filter((message) => matches(message, query));
      const messages = found.slice(0, size);
      return { messages, nextAfter: found.length > size ? (messages.at(-1)?.sid ?? null) : null };
    },
  };
}

function matches(message: ListedMessage, query: MessageQuery): boolean {
  if (query.to !== undefined && message.to !== query.to) return false;
  if (query.from !== undefined && message.from !== query.from) return false;
  if (query.sentFrom === undefined && query.sentTo === undefined) return true;
  if (message.sentAt === null) return false;
  return message.sentAt >= (query.sentFrom ?? -Infinity) && message.sentAt <= (query.sentTo ?? Infinity);
}
