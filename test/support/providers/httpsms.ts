import { SignJWT } from 'jose';
import { httpSmsInbox } from '../../../src/inboxes/httpsms.ts';
import type { HookRequest } from '../../../src/ports/inbox.ts';
import { ARRIVED, type InboxHarness, type PushedMessage } from '../../contracts/inbox-contract.ts';
import { inboxDeps } from '../inbox-deps.ts';

export const SIGNING_KEY = 'what-was-entered-for-the-webhook';
export const ADDRESS = 'https://sms.example.net/hooks/main';

export const openHttpSms = (settings: Record<string, unknown> = {}, deps = inboxDeps()) =>
  httpSmsInbox.create(httpSmsInbox.schema.parse({ signingKey: SIGNING_KEY, ...settings }), deps);

/** A CloudEvent with what api/pkg/events/message_phone_received_event.go of NdoleStudio/httpsms holds. */
export const httpSmsEvent = ({ id, from, to, text }: PushedMessage) => ({
  specversion: '1.0',
  id: '32343a19-da5e-4b1b-a767-3298a73703cb',
  source: 'https://api.httpsms.com/v1/messages/receive',
  type: 'message.phone.received',
  time: '2026-01-15T11:59:59.812345678Z',
  datacontenttype: 'application/json',
  data: {
    message_id: id,
    user_id: 'XtABz6zdeFMoBLoltz6SREDvRSh2',
    owner: to,
    encrypted: false,
    contact: from,
    timestamp: '2026-01-15T11:59:58.123456789Z',
    content: text,
    sim: 'SIM1',
  },
});

export interface TokenOptions {
  readonly key?: string;
  readonly at?: number;
  readonly audience?: string;
  readonly issuer?: string;
}

/** The claims of getAuthToken in api/pkg/services/webhook_service.go. */
export const httpSmsToken = ({ key = SIGNING_KEY, at = ARRIVED.at, ...claims }: TokenOptions = {}) => {
  const seconds = Math.floor(at / 1000);
  return new SignJWT({ sub: 'XtABz6zdeFMoBLoltz6SREDvRSh2' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setAudience(claims.audience ?? ADDRESS)
    .setIssuer(claims.issuer ?? 'api.httpsms.com')
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 600)
    .setNotBefore(seconds - 600)
    .sign(new TextEncoder().encode(key));
};

/** Without a Content-Type, as httpSMS leaves it out. */
export async function signHttpSms(event: object, options: TokenOptions = {}): Promise<HookRequest> {
  return {
    method: 'POST',
    url: '/hooks/main',
    headers: {
      'x-event-type': 'message.phone.received',
      authorization: `Bearer ${await httpSmsToken(options)}`,
    },
    body: Buffer.from(JSON.stringify(event)),
    arrived: ARRIVED,
  };
}

export const httpSmsHarness = (): InboxHarness => ({
  inbox: openHttpSms(),
  push: (message) => signHttpSms(httpSmsEvent(message)),
  signatureHeader: 'authorization',
  // The token is for the address, whatever the body says.
  tamper: null,
  covered: ({ url }) => url,
  hasMediaType: false,
  times: [{ clock: 'provider', at: Date.parse('2026-01-15T11:59:58.123Z'), resolutionMs: 1 }],
});
