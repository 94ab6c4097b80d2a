import type { HookRequest, HookVerdict, Inbox, InboxDeps } from '../ports/inbox.ts';
import { refuse, takeMessages } from './hook-answers.ts';
import { readNumber, readProviderId, readSender } from './inbound-fields.ts';
import { isRedacted } from './twilio-redaction.ts';
import {
  createTwilioProof,
  NO_REPLY,
  text,
  type Parameters,
  type TwilioHookSettings,
} from './twilio-request.ts';

/** Twilio's webhook for incoming messages (https://www.twilio.com/docs/messaging/guides/webhook-request). */
export function createTwilioHook(settings: TwilioHookSettings, deps: InboxDeps): NonNullable<Inbox['hook']> {
  const prove = createTwilioProof(settings, deps);

  function receive(request: HookRequest): HookVerdict {
    const proven = prove(request);
    return 'refusal' in proven ? proven.refusal : readMessage(proven.parameters, request);
  }

  function readMessage(parameters: Parameters, request: HookRequest): HookVerdict {
    const redacted = isRedacted({ code: parameters['ErrorCode'], text: parameters['Body'] });
    // The same URL may get the status callbacks of messages that were sent: they are nobody's code.
    const status = text(parameters, 'SmsStatus') || 'received';
    if (!redacted && status !== 'received' && status !== 'receiving') return takeMessages([], NO_REPLY);
    const providerId = readProviderId(text(parameters, 'MessageSid'));
    if (providerId === null) return refuse(400, 'expected MessageSid, the id of the message');
    const to = readNumber(text(parameters, 'To'));
    if (to === null) return refuse(400, 'expected To as a number with its country, such as +15005550111');
    const from = readSender(text(parameters, 'From'));
    if (from === null) return refuse(400, 'expected From as a number or name of 1 to 64 characters');
    const arrival = { inbox: deps.name, arrived: request.arrived, uncertaintyMs: 0, times: [] };
    const message = { providerId, to, from, body: text(parameters, 'Body'), redacted, ...arrival };
    return takeMessages([message], NO_REPLY);
  }

  return { methods: ['POST'], receive };
}
