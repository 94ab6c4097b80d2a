import { createHmac } from 'node:crypto';

/**
 * Signs a form as Twilio does: HMAC-SHA1 over the address and the sorted fields, each name followed by its value
 * (https://www.twilio.com/docs/usage/security#validating-requests).
 */
export function signTwilioForm(
  authToken: string,
  url: string,
  fields: Readonly<Record<string, string>>,
): string {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => `${text}${name}${fields[name] ?? ''}`, url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}
