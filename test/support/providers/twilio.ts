import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { twilioInbox } from '../../../src/inboxes/twilio.ts';
import type { HookRequest } from '../../../src/ports/inbox.ts';
import { ARRIVED, type InboxHarness } from '../../contracts/inbox-contract.ts';
import { FakeClock } from '../fake-clock.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from '../fake-twilio.ts';
import { inboxDeps } from '../inbox-deps.ts';

export const VALID = {
  ToCountry: 'US',
  MessageSid: 'SM00000000000000000000000000000001',
  SmsSid: 'SM00000000000000000000000000000001',
  AccountSid: ACCOUNT_SID,
  From: '+18335550100',
  To: '+15005550111',
  Body: 'Your code is 493021',
  NumMedia: '0',
  NumSegments: '1',
  SmsStatus: 'received',
  ApiVersion: '2010-04-01',
};

export type Fields = Readonly<Record<string, string | undefined>>;

/** A request as Twilio signs it. */
export function pushTwilio(
  fields: Fields,
  options: { token?: string; url?: string; base?: string } = {},
): HookRequest {
  const { token = AUTH_TOKEN, url = '/hooks/main', base = 'https://sms.example.net' } = options;
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  const signature = getExpectedTwilioSignature(token, base + url, Object.fromEntries(form));
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signature,
      host: 'internal:9824',
    },
    body: Buffer.from(form.toString()),
    arrived: ARRIVED,
  };
}

export const openTwilio = (
  settings: Record<string, unknown> = {},
  publicUrl: string | null = 'https://sms.example.net',
) =>
  twilioInbox.create(
    twilioInbox.schema.parse({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, ...settings }),
    inboxDeps(new FakeClock(), publicUrl),
  );

export const twilioHarness = (): InboxHarness => ({
  inbox: openTwilio(),
  push: ({ id, from, to, text }) => pushTwilio({ ...VALID, MessageSid: id, From: from, To: to, Body: text }),
  signatureHeader: 'x-twilio-signature',
  // Twilio signs the names and values in order, each pair once, with nothing between them.
  covered: ({ url, body }) => {
    const pairs = [...new URLSearchParams(body.toString('utf8'))].map((pair) => pair.join(''));
    return url + [...new Set(pairs)].toSorted().join('');
  },
});
