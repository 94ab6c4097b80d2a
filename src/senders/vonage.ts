import { z } from 'zod';
import type { AttemptFailure } from '../domain/failure.ts';
import { defineKind } from '../ports/kind.ts';
import type { Sender } from '../ports/sender.ts';
import { money, secret } from '../ports/settings.ts';
import { callProvider, readJson, type ProviderAnswer } from './provider-call.ts';
import { sendFailure } from './send-failure.ts';

const schema = z.strictObject({
  apiKey: z.string().regex(/^[0-9A-Za-z]{4,32}$/, 'expected the API key of the account, such as 1a2b3c4d'),
  apiSecret: secret(),
  from: z
    .string()
    .regex(
      /^(\+?[1-9][0-9]{2,14}|[A-Za-z0-9 ]{1,11})$/,
      'expected a number such as "+15005550006", a short code or a sender name of 1 to 11 letters and digits',
    ),
  /** What one message costs. */
  perSms: money().prefault(0),
  /** A stand-in for https://rest.nexmo.com. */
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://rest.nexmo.com'),
});

type Settings = z.output<typeof schema>;

/** Sends our own SMS through Vonage's SMS API (https://developer.vonage.com/messaging/sms/overview), each exactly once. */
export const vonageSender = defineKind({
  kind: 'vonage',
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

/** Numbers go without the plus. */
function requestOf({ apiKey, apiSecret, from, apiUrl }: Settings, to: string, text: string) {
  const form = new URLSearchParams({
    api_key: apiKey,
    api_secret: apiSecret.reveal(),
    from: from.replace(/^\+/, ''),
    to: to.replace(/^\+/, ''),
    text,
    // `text` is GSM 03.38: what is not in it would arrive as question marks.
    type: /^[\x20-\x7e]*$/.test(text) ? 'text' : 'unicode',
  });
  return {
    url: `${apiUrl.replace(/\/+$/, '')}/sms/json`,
    method: 'POST' as const,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  };
}

/** One entry for each part; `0` is accepted. */
const Answer = z.object({
  messages: z
    .array(z.object({ status: z.coerce.string(), 'message-id': z.string().min(1).optional() }))
    .min(1),
});

const partsOf = (answer: ProviderAnswer) =>
  answer.answered ? (Answer.safeParse(readJson(answer.text)).data?.messages ?? []) : [];

function acceptedId(answer: ProviderAnswer): string | null {
  if (!answer.answered || answer.status !== 200) return null;
  const parts = partsOf(answer);
  return parts.every(({ status }) => status === '0') ? (parts[0]?.['message-id'] ?? null) : null;
}

/** https://developer.vonage.com/api-errors/sms: refusals come with HTTP 200. */
const THROTTLED = '1';
const INTERNAL = '5';
const REMEDIES: Readonly<Record<string, string>> = {
  '4': 'check apiKey and apiSecret',
  '7': 'the number is barred at Vonage: ask its support',
  '8': 'the account is suspended: ask its support',
  '9': 'the account has no credit: top it up',
  '14': 'the account wants signed requests only: allow the API secret',
  '15': 'check from',
  '29': 'the account may only send to numbers on its list: add it in the dashboard',
  '32': 'the account wants signed requests only: allow the API secret',
};

function failureOf(answer: ProviderAnswer): AttemptFailure {
  const whenDown = 'see https://vonageapi.statuspage.io';
  const whenRefused = 'check from, and that the number may be sent to';
  const common = { provider: 'Vonage', whenDown, whenRefused };
  if (!answer.answered) return sendFailure({ ...common, ...answer, status: null });
  const { status: httpStatus } = answer;
  const code = partsOf(answer).find(({ status }) => status !== '0')?.status;
  if (code === undefined || !/^[0-9]{1,3}$/.test(code)) {
    const found = `HTTP ${httpStatus}${httpStatus === 200 ? ' without the status of a message' : ''}`;
    // An answer that is none of Vonage's says nothing of the message.
    return sendFailure({ ...common, status: httpStatus === 200 ? 502 : httpStatus, found });
  }
  const found = `status ${code} (https://developer.vonage.com/api-errors/sms)`;
  const status = code === INTERNAL ? 500 : 400;
  const remedy = REMEDIES[code] ?? whenRefused;
  return sendFailure({ ...common, status, found, overLimit: code === THROTTLED, whenRefused: remedy });
}
