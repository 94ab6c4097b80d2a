import type { TwilioError } from './twilio-shape.ts';

/** What of a new message's form is judged. */
export interface MessageForm {
  readonly To: string;
  readonly From?: string | undefined;
  readonly MessagingServiceSid?: string | undefined;
  readonly Body: string;
}

const error = (code: number, message: string, status = 400): TwilioError => ({ status, code, message });

/** Why Twilio would not take this message; null if it would. Codes: https://www.twilio.com/docs/api/errors */
export function refuseMessage(form: MessageForm): TwilioError | null {
  const { To: to, From: from, Body: body } = form;
  if (to === '') return error(21604, "A 'To' phone number is required.");
  if (body === '') return error(21602, 'Message body is required.');
  if (from === undefined && form.MessagingServiceSid === undefined) {
    return error(21603, "A 'From' phone number is required.");
  }
  if (body.length > 1600)
    return error(21617, 'The concatenated message body exceeds the 1600 character limit.');
  if (!E164.test(to)) return error(21211, `Invalid 'To' Phone Number: ${to}`);
  if (from !== undefined && !SENDER.test(from)) return error(21212, `Invalid 'From' Phone Number: ${from}`);
  return MAGIC_TO[to] ?? MAGIC_FROM[from ?? ''] ?? null;
}

const E164 = /^\+[1-9][0-9]{6,14}$/;
/** A number, a short code, or a name of up to eleven characters that has a letter. */
const SENDER = /^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 &_+-]{1,11})$/;

/** Numbers that stand for a refusal (https://www.twilio.com/docs/iam/test-credentials). */
const MAGIC_TO: Readonly<Record<string, TwilioError>> = {
  '+15005550001': error(21211, "Invalid 'To' Phone Number: +15005550001"),
  '+15005550002': error(21612, "The 'To' phone number is not currently reachable via SMS."),
  '+15005550003': error(21408, 'Permission to send an SMS has not been enabled for the region.'),
  '+15005550004': error(21610, 'Attempt to send to unsubscribed recipient'),
  '+15005550009': error(21614, "'To' number is not a valid mobile number"),
};

const MAGIC_FROM: Readonly<Record<string, TwilioError>> = {
  '+15005550001': error(21212, "Invalid 'From' Phone Number: +15005550001"),
  '+15005550007': error(21606, "The 'From' phone number is not a valid, SMS-capable Twilio number."),
  '+15005550008': error(21611, "This 'From' number has exceeded the maximum number of queued messages.", 429),
};
