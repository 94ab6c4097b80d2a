import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { Secret } from '../domain/secret.ts';
import type { HookReply, HookRequest, HookVerdict, Inbox, InboxDeps } from '../ports/inbox.ts';
import { hasMediaType, refuse, takeMessages } from './hook-answers.ts';
import { readNumber, readProviderId, readSender } from './inbound-fields.ts';
import { isRedacted } from './twilio-redaction.ts';

export interface TwilioHookSettings {
  readonly accountSid: string;
  readonly authToken: Secret;
  readonly secondaryAuthToken?: Secret | undefined;
}

/** Says to Twilio that no SMS is to be sent in reply. */
const NO_REPLY: HookReply = { status: 200, contentType: 'text/xml', body: '<Response/>' };

/** Twilio sends about 25. The check reads URL and parameters several times over, so that many would cost us time. */
const MAX_PARAMETERS = 200;
const MAX_URL = 1000;

/**
 * Twilio's webhook for incoming messages (https://www.twilio.com/docs/messaging/guides/webhook-request). The
 * signature covers the URL as configured at Twilio, so it is checked against ours, never against the Host header.
 */
export function createTwilioHook(settings: TwilioHookSettings, deps: InboxDeps): NonNullable<Inbox['hook']> {
  const tokens = [settings.authToken, settings.secondaryAuthToken].flatMap((one) => (one ? [one] : []));

  function receive(request: HookRequest): HookVerdict {
    if (!hasMediaType(request, 'application/x-www-form-urlencoded')) {
      return refuse(415, 'expected Content-Type: application/x-www-form-urlencoded');
    }
    if (!request.url.startsWith('/') || request.url.length > MAX_URL) {
      return refuse(400, `expected a path such as /hooks/NAME, of ${MAX_URL} characters at most`);
    }
    const parameters = parseForm(request.body);
    if (!parameters) return refuse(400, `expected a form of ${MAX_PARAMETERS} parameters at most`);
    const unproven = checkSignature(request, parameters);
    if (unproven !== null) return refuse(403, unproven);
    if (parameters['AccountSid'] !== settings.accountSid) {
      return refuse(403, "AccountSid is not this inbox's account");
    }
    return readMessage(parameters, request);
  }

  function checkSignature(request: HookRequest, parameters: Parameters): string | null {
    const { publicUrl } = deps;
    if (publicUrl === null) return 'cannot check signatures: hooks.publicUrl is not configured';
    const signature = request.headers['x-twilio-signature'];
    if (!signature) return 'expected X-Twilio-Signature';
    const proven = tokens.some((token) => {
      return validateRequest(token.reveal(), signature, publicUrl + request.url, parameters);
    });
    if (proven) return null;
    return 'X-Twilio-Signature does not match: hooks.publicUrl must be what Twilio calls, authToken its token';
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

type Parameters = Readonly<Record<string, string | readonly string[]>>;

const text = (parameters: Parameters, name: string): string => {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
};

/** A parameter that comes more than once becomes a list, as Twilio signs it. Null when there are too many. */
function parseForm(body: Buffer): Parameters | null {
  const written = body.toString('utf8');
  // Counted before they are taken apart.
  if (written.split('&', MAX_PARAMETERS + 1).length > MAX_PARAMETERS) return null;
  const form = new URLSearchParams(written);
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
