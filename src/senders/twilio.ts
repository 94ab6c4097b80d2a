import { z } from 'zod';
import type { AttemptFailure } from '../domain/failure.ts';
import { defineKind } from '../ports/kind.ts';
import type { Sender } from '../ports/sender.ts';
import { money } from '../ports/settings.ts';
import { openTwilio, readTwilioProblem, twilioAccountFields, type TwilioProblem } from '../vendors/twilio.ts';
import { sendFailure } from './send-failure.ts';

const SERVICE = /^MG[0-9a-f]{32}$/i;

const schema = z.strictObject({
  ...twilioAccountFields,
  from: z
    .string()
    .refine(
      (text) => SERVICE.test(text) || /^(\+[1-9][0-9]{5,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$/.test(text),
      {
        message:
          'expected a number such as "+15005550006", a short code, a sender name or a messaging service (MG…)',
      },
    ),
  /** What one message costs. */
  perSms: money().prefault(0),
});

/** Sends our own SMS through Twilio, each exactly once. */
export const twilioSender = defineKind({ kind: 'twilio', schema, create: createTwilioSender });

function createTwilioSender(settings: z.output<typeof schema>): Sender {
  const { from } = settings;
  const origin = SERVICE.test(from) ? { messagingServiceSid: from } : { from };
  return {
    perSms: settings.perSms,
    async send(to, text, signal) {
      try {
        const client = await openTwilio(settings, signal);
        const { sid } = await client.messages.create({ to, body: text, ...origin });
        return { providerId: sid };
      } catch (error) {
        throw failureOf(readTwilioProblem(error, signal), error);
      }
    },
  };
}

/** https://www.twilio.com/docs/api/errors: requests, messages and the queue of a number over their limits. */
const OVER_LIMIT: ReadonlySet<number | null> = new Set([20_429, 14_107, 21_611, 30_001]);

function failureOf({ status, code, found }: TwilioProblem, cause: unknown): AttemptFailure {
  const whenRefused =
    status === 401 || status === 403
      ? 'check accountSid, authToken and what the account may do'
      : 'check from, and that the number may be sent to';
  const whenDown = 'see https://status.twilio.com';
  const overLimit = OVER_LIMIT.has(code);
  return sendFailure({ provider: 'Twilio', status, found, overLimit, whenDown, whenRefused, cause });
}
