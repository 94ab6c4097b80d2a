import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { Secret } from '../domain/secret.ts';
import type { HookReply, HookRequest, HookVerdict, InboxDeps } from '../ports/inbox.ts';
import { hasMediaType, refuse } from './hook-answers.ts';

export interface TwilioHookSettings {
  readonly accountSid: string;
  readonly authToken: Secret;
  readonly secondaryAuthToken?: Secret | undefined;
}

/** Says to Twilio that no SMS is to be sent in reply. */
export const NO_REPLY: HookReply = { status: 200, contentType: 'text/xml', body: '<Response/>' };

/** Twilio sends about 25. The check reads URL and parameters several times over, so that many would cost us time. */
const MAX_PARAMETERS = 200;
const MAX_URL = 1000;

export type Parameters = Readonly<Record<string, string | readonly string[]>>;

type Proven =
  | { readonly parameters: Parameters }
  | { readonly refusal: Extract<HookVerdict, { accepted: false }> };

/**
 * What Twilio posts, proven to be of the account. The signature covers the URL as configured at Twilio, so it is checked against
 * ours, never against the Host header (https://www.twilio.com/docs/usage/security).
 */
export function createTwilioProof(
  settings: TwilioHookSettings,
  { publicUrl }: Pick<InboxDeps, 'publicUrl'>,
): (request: HookRequest) => Proven {
  const tokens = [settings.authToken, settings.secondaryAuthToken].flatMap((one) => (one ? [one] : []));

  function unproven(request: HookRequest, parameters: Parameters): string | null {
    if (publicUrl === null) return 'cannot check signatures: hooks.publicUrl is not configured';
    const signature = request.headers['x-twilio-signature'];
    if (!signature) return 'expected X-Twilio-Signature';
    const proven = tokens.some((token) => {
      return validateRequest(token.reveal(), signature, publicUrl + request.url, parameters);
    });
    if (proven) return null;
    return 'X-Twilio-Signature does not match: hooks.publicUrl must be what Twilio calls, authToken its token';
  }

  return (request) => {
    if (!hasMediaType(request, 'application/x-www-form-urlencoded')) {
      return { refusal: refuse(415, 'expected Content-Type: application/x-www-form-urlencoded') };
    }
    if (!request.url.startsWith('/') || request.url.length > MAX_URL) {
      return {
        refusal: refuse(400, `expected a path such as /hooks/NAME, of ${MAX_URL} characters at most`),
      };
    }
    const parameters = parseForm(request.body);
    if (!parameters) {
      return { refusal: refuse(400, `expected a form of ${MAX_PARAMETERS} parameters at most`) };
    }
    const why = unproven(request, parameters);
    if (why !== null) return { refusal: refuse(403, why) };
    if (parameters['AccountSid'] === settings.accountSid) return { parameters };
    return { refusal: refuse(403, "AccountSid is not this inbox's account") };
  };
}

export const text = (parameters: Parameters, name: string): string => {
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
