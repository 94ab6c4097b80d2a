import { z } from 'zod';
import type { ProviderClock, ProviderTime } from '../domain/message.ts';

/** Concatenated messages end at 255 parts of 153 characters in theory; no code needs a tenth of this. */
export const MAX_TEXT = 10_000;

/** ISO 8601 with its zone, to the minute or finer. */
export const isoTime = z.union(
  [z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })],
  { error: 'expected a time with its zone, such as 2026-01-15T12:00:00Z' },
);

/** A provider's time is evidence: one that cannot be read must not lose the message. */
export const maybeTime = isoTime.nullish().catch(null);

/** Reads a proven body. The problem says in words which field is wrong, and never what was in it. */
export function readDocument<Schema extends z.ZodType>(
  body: Buffer | string,
  schema: Schema,
): { readonly data: z.output<Schema> } | { readonly problem: string } {
  const json = parseJson(body);
  if (json === undefined) return { problem: 'expected one JSON document in UTF-8' };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { data: parsed.data };
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`,
  );
  return { problem: issues.join('; ') };
}

/** The value; undefined for what is not JSON in UTF-8. */
export function parseJson(body: Buffer | string): unknown {
  try {
    return JSON.parse(
      typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body),
    );
  } catch {
    return undefined;
  }
}

/** An ISO 8601 time is as exact as it is written: `10:04Z` to a minute, `10:04:05.5Z` to a tenth of a second. */
export function readIsoTime(clock: ProviderClock, written: string | null | undefined): ProviderTime[] {
  if (written === null || written === undefined) return [];
  const [, seconds, fraction] = /T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(?:\.([0-9]+))?/.exec(written) ?? [];
  const secondsMs = fraction === undefined ? 1000 : Math.max(1, 10 ** (3 - fraction.length));
  return [{ clock, at: Date.parse(written), resolutionMs: seconds === undefined ? 60_000 : secondsMs }];
}
