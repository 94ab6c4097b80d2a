import { z } from 'zod';
import type { InboundMessage, ProviderClock, ProviderTime } from '../domain/message.ts';
import { readNumber, readProviderId, readSender } from './inbound-fields.ts';

/** Concatenated messages end at 255 parts of 153 characters in theory; no code needs a tenth of this. */
const MAX_TEXT = 10_000;

const time = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })], {
  error: 'expected a time with its zone, such as 2026-01-15T12:00:00Z',
});

/** Fields that are not named here are the sender's own affair. */
const Document = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  text: z.string().max(MAX_TEXT),
  sentAt: time.nullish(),
  receivedAt: time.nullish(),
});

export type WebhookMessage = Pick<InboundMessage, 'providerId' | 'from' | 'to' | 'body' | 'times'>;

/** Reads a proven body. The problem says in words which field is wrong, and never what was in it. */
export function readWebhookMessage(
  body: Buffer,
): { readonly message: WebhookMessage } | { readonly problem: string } {
  const json = parseJson(body);
  if (json === undefined) return { problem: 'expected one JSON document in UTF-8' };
  const parsed = Document.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`,
    );
    return { problem: issues.join('; ') };
  }
  const { data } = parsed;
  const providerId = readProviderId(data.id);
  if (providerId === null) return { problem: 'id: expected 1 to 200 printable ASCII characters, no blanks' };
  const to = readNumber(data.to);
  if (to === null) return { problem: 'to: expected a number with its country, such as +15005550111' };
  const from = readSender(data.from);
  if (from === null) return { problem: 'from: expected a number or a name of 1 to 64 characters' };
  const times = [readTime('service_centre', data.sentAt), readTime('provider', data.receivedAt)].flat();
  return { message: { providerId, from, to, body: data.text, times } };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** An ISO 8601 time is as exact as it is written: `10:04Z` to a minute, `10:04:05.5Z` to a tenth of a second. */
function readTime(clock: ProviderClock, written: string | null | undefined): ProviderTime[] {
  if (written === null || written === undefined) return [];
  const [, seconds, fraction] = /T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(?:\.([0-9]+))?/.exec(written) ?? [];
  const secondsMs = fraction === undefined ? 1000 : Math.max(1, 10 ** (3 - fraction.length));
  return [{ clock, at: Date.parse(written), resolutionMs: seconds === undefined ? 60_000 : secondsMs }];
}
