import { z } from 'zod';
import { defineKind } from '../ports/kind.ts';
import type { HookRequest, HookVerdict, Inbox, InboxDeps } from '../ports/inbox.ts';
import { duration, secret } from '../ports/settings.ts';
import { checkBearer } from './bearer-token.ts';
import { pushed, refuse, TAKEN, takeMessages } from './hook-answers.ts';
import { needPublicUrl } from './hooks-needed.ts';
import { readMessage } from './inbound-fields.ts';
import { MAX_TEXT, maybeTime, readDocument, readIsoTime } from './json-document.ts';

const schema = z.strictObject({
  /** What was entered for the webhook at httpSMS. */
  signingKey: secret(),
  /** How far the token's time may be from our clock, either way. */
  window: duration().prefault('5m'),
});

/** Android phones with the app httpSMS, see docs/inboxes/httpsms.md. */
export const httpSmsInbox = defineKind({
  kind: 'httpsms',
  schema,
  create: createHttpSmsInbox,
  check: needPublicUrl('an httpsms inbox'),
});

function createHttpSmsInbox(settings: z.output<typeof schema>, deps: InboxDeps): Inbox {
  const { publicUrl } = deps;

  /** httpSMS sends no Content-Type, and its token covers the address and the time alone, not the body. */
  async function receive(request: HookRequest): Promise<HookVerdict> {
    if (publicUrl === null) return refuse(403, 'cannot check tokens: hooks.publicUrl is not configured');
    const proof = await checkBearer(request, {
      secret: settings.signingKey,
      windowMs: settings.window,
      issuer: 'api.httpsms.com',
      audience: publicUrl + request.url,
    });
    if ('reason' in proof) return refuse(proof.status, proof.reason);
    const event = readDocument(request.body, Event);
    if ('problem' in event) return refuse(400, event.problem);
    if (event.data.type !== 'message.phone.received') return takeMessages([], TAKEN);
    const received = readDocument(request.body, Received);
    if ('problem' in received) return refuse(400, received.problem);
    const { message_id: id, contact: from, owner: to, content, encrypted, timestamp } = received.data.data;
    const message = readMessage({ id, from, to, text: content }, NAMES);
    if ('problem' in message) return refuse(400, message.problem);
    const times = readIsoTime('provider', timestamp);
    // With the app's end-to-end encryption on, only the phone's owner can read it.
    const redacted = encrypted === true;
    return takeMessages([{ ...message, times, ...pushed(deps, request), redacted }], TAKEN);
  }

  return { hook: { methods: ['POST'], receive } };
}

const NAMES = { id: 'data.message_id', from: 'data.contact', to: 'data.owner' };

const Event = z.object({ type: z.string() });

const Received = z.object({
  data: z.object({
    message_id: z.string(),
    contact: z.string(),
    owner: z.string(),
    content: z.string().max(MAX_TEXT),
    encrypted: z.boolean().nullish(),
    timestamp: maybeTime,
  }),
});
