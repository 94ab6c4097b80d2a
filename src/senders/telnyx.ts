import { z } from 'zod';
import type { AttemptFailure } from '../domain/failure.ts';
import { defineKind } from '../ports/kind.ts';
import type { Sender } from '../ports/sender.ts';
import { money, secret } from '../ports/settings.ts';
import { callProvider, readJson, type ProviderAnswer } from './provider-call.ts';
import { sendFailure } from './send-failure.ts';

const schema = z
  .strictObject({
    apiKey: secret(),
    from: z
      .string()
      .regex(
        /^(\+[1-9][0-9]{5,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$/,
        'expected a number such as "+15005550006", a short code or a sender name of 1 to 11 letters and digits',
      )
      .optional(),
    /** Needed with a sender name; alone, Telnyx picks one of its numbers. */
    messagingProfileId: z.uuid().optional(),
    /** What one message costs. */
    perSms: money().prefault(0),
    /** A stand-in for https://api.telnyx.com. */
    apiUrl: z.url({ protocol: /^https?$/ }).default('https://api.telnyx.com'),
  })
  .refine(({ from, messagingProfileId }) => from !== undefined || messagingProfileId !== undefined, {
    message: 'expected from, messagingProfileId, or both',
  });

type Settings = z.output<typeof schema>;

/** Sends our own SMS through Telnyx (https://developers.telnyx.com/api/messaging/send-message), each exactly once. */
export const telnyxSender = defineKind({
  kind: 'telnyx',
  schema,
  create: (settings: Settings): Sender => ({
    perSms: settings.perSms,
    async send(to, text, signal) {
      const answer = await callProvider(requestOf(settings, to, text), signal);
      const id = acceptedId(answer);
      if (id === null) throw failureOf(answer);
      return { providerId: id };
    },
  }),
});

function requestOf({ apiKey, from, messagingProfileId, apiUrl }: Settings, to: string, text: string) {
  return {
    url: `${apiUrl.replace(/\/+$/, '')}/v2/messages`,
    method: 'POST' as const,
    headers: {
      authorization: `Bearer ${apiKey.reveal()}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify({ from, to, text, messaging_profile_id: messagingProfileId }),
  };
}

const Accepted = z.object({ data: z.object({ id: z.string().min(1) }) });

function acceptedId(answer: ProviderAnswer): string | null {
  if (!answer.answered || answer.status < 200 || answer.status > 299) return null;
  return Accepted.safeParse(readJson(answer.text)).data?.data.id ?? null;
}

const Refused = z.object({ errors: z.array(z.object({ code: z.coerce.string() })).min(1) });

/** https://developers.telnyx.com/docs/messaging/messages/error-codes: limits of the account and of a number. */
const OVER_LIMIT: ReadonlySet<string> = new Set(['10011', '40011', '40318']);

function failureOf(answer: ProviderAnswer): AttemptFailure {
  const whenDown = 'see https://status.telnyx.com';
  const common = { provider: 'Telnyx', whenDown };
  const whenRefused = 'check from and messagingProfileId, and that the number may be sent to';
  if (!answer.answered) return sendFailure({ ...common, ...answer, whenRefused, status: null });
  const { status } = answer;
  const written = Refused.safeParse(readJson(answer.text)).data?.errors[0]?.code;
  const code = written !== undefined && /^[0-9]{1,6}$/.test(written) ? written : null;
  if (status < 300) {
    const found = `HTTP ${status} without the id of a message`;
    return sendFailure({ ...common, status: 502, found, whenRefused });
  }
  const detail = code === null ? '' : `, error ${code} (https://developers.telnyx.com/api/errors/${code})`;
  const found = `HTTP ${status}${detail}`;
  const overLimit = code !== null && OVER_LIMIT.has(code);
  const isCredential = status === 401 || status === 403;
  const remedy = isCredential ? 'check apiKey and what the account may do' : whenRefused;
  return sendFailure({ ...common, status, found, overLimit, whenRefused: remedy });
}
