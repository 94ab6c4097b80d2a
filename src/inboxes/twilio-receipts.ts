import { z } from 'zod';
import type { Said } from '../domain/receipt.ts';
import type { HookRequest, HookVerdict, Inbox, InboxDeps, InboxFacts, InboxKind } from '../ports/inbox.ts';
import { defineKind } from '../ports/kind.ts';
import { secret } from '../ports/settings.ts';
import { twilioAccountFields } from '../vendors/twilio.ts';
import { refuse, takeMessages } from './hook-answers.ts';
import { readNumber, readProviderId } from './inbound-fields.ts';
import { createTwilioProof, NO_REPLY, text, type Parameters } from './twilio-request.ts';

const { accountSid, authToken } = twilioAccountFields;
const schema = z.strictObject({ accountSid, authToken, secondaryAuthToken: secret().optional() });

/**
 * The status callbacks of a target that sends its codes through Twilio: what Twilio says became of them, to be held against
 * what arrived. See https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export const twilioReceipts: InboxKind = {
  ...defineKind({
    kind: 'twilio-receipts',
    schema,
    create: createTwilioReceipts,
    check: (_settings, facts: InboxFacts) =>
      facts.hooks && facts.publicUrl !== null
        ? []
        : [
            'the signature of status callbacks covers their address: set `hooks: { listen: …, publicUrl: … }`',
          ],
  }),
  receiptsOnly: true,
};

/** https://www.twilio.com/docs/messaging/api/message-resource#message-status-values, of messages that are sent. */
const SAID: ReadonlyMap<string, Said> = new Map([
  ['accepted', 'pending'],
  ['scheduled', 'pending'],
  ['queued', 'pending'],
  ['sending', 'pending'],
  ['sent', 'pending'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
]);

function createTwilioReceipts(settings: z.output<typeof schema>, deps: InboxDeps): Inbox {
  const prove = createTwilioProof(settings, deps);

  function receive(request: HookRequest): HookVerdict {
    const proven = prove(request);
    return 'refusal' in proven ? proven.refusal : readReceipt(proven.parameters, request);
  }

  function readReceipt(parameters: Parameters, { arrived }: HookRequest): HookVerdict {
    const said = SAID.get(text(parameters, 'MessageStatus') || text(parameters, 'SmsStatus'));
    // A status of another year, or one that is no receipt: Twilio adds some without notice.
    if (said === undefined) return takeMessages([], NO_REPLY);
    const providerId = readProviderId(text(parameters, 'MessageSid'));
    if (providerId === null) return refuse(400, 'expected MessageSid, the id of the message');
    const to = readNumber(text(parameters, 'To'));
    if (to === null) return refuse(400, 'expected To as a number with its country, such as +15005550111');
    const code = text(parameters, 'ErrorCode');
    const error = /^[1-9][0-9]{0,5}$/.test(code) ? code : null;
    const receipt = { inbox: deps.name, providerId, to, said, error, at: arrived.at };
    return { accepted: true, messages: [], receipts: [receipt], reply: NO_REPLY };
  }

  return { hook: { methods: ['POST'], receive } };
}
