import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { defineKind } from '../ports/kind.ts';
import type { HookRequest, HookVerdict, Inbox, InboxDeps } from '../ports/inbox.ts';
import { duration } from '../ports/settings.ts';
import { hasMediaType, pushed, refuse, TAKEN, takeMessages } from './hook-answers.ts';
import { needHooks } from './hooks-needed.ts';
import { readMessage } from './inbound-fields.ts';
import { MAX_TEXT, maybeTime, readDocument, readIsoTime } from './json-document.ts';
import { checkWindow } from './replay-window.ts';

const schema = z.strictObject({
  /** The account's public key, from the portal: base64 of 32 bytes. */
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, 'expected the public key of the portal: 44 characters of base64'),
  /** How far a request's timestamp may be from our clock, either way. */
  window: duration().prefault('5m'),
});

/** Numbers at Telnyx, pushed by webhooks of its API v2, see docs/inboxes/telnyx.md. */
export const telnyxInbox = defineKind({
  kind: 'telnyx',
  schema,
  create: createTelnyxInbox,
  check: needHooks('a telnyx inbox'),
});

function createTelnyxInbox(settings: z.output<typeof schema>, deps: InboxDeps): Inbox {
  const key = openKey(settings.publicKey);

  function receive(request: HookRequest): HookVerdict {
    if (!hasMediaType(request, 'application/json'))
      return refuse(415, 'expected Content-Type: application/json');
    const unproven = checkSignature(request);
    if (unproven) return unproven;
    const event = readDocument(request.body, Event);
    if ('problem' in event) return refuse(400, event.problem);
    // The same address may get the reports on messages that were sent: they are nobody's code.
    if (event.data.data.event_type !== 'message.received') return takeMessages([], TAKEN);
    const received = readDocument(request.body, Received);
    if ('problem' in received) return refuse(400, received.problem);
    const { occurred_at: occurredAt, payload } = received.data.data;
    const written = {
      id: payload.id,
      from: payload.from.phone_number,
      to: payload.to[0]?.phone_number ?? '',
      text: payload.text ?? '',
    };
    const message = readMessage(written, NAMES);
    if ('problem' in message) return refuse(400, message.problem);
    const times = readIsoTime('provider', payload.received_at ?? occurredAt);
    return takeMessages([{ ...message, times, ...pushed(deps, request) }], TAKEN);
  }

  /** Ed25519 over the timestamp, a bar and the raw body (telnyx 7, lib/webhooks). */
  function checkSignature({ headers, body, arrived }: HookRequest) {
    const timestamp = headers['telnyx-timestamp'] ?? '';
    const signature = headers['telnyx-signature-ed25519'] ?? '';
    if (!/^[0-9]{1,12}$/.test(timestamp)) return refuse(401, 'expected Telnyx-Timestamp: seconds since 1970');
    if (!/^[A-Za-z0-9+/]{86}==$/.test(signature)) {
      return refuse(401, 'expected Telnyx-Signature-Ed25519: base64 of 64 bytes');
    }
    const signed = Buffer.concat([Buffer.from(`${timestamp}|`), body]);
    if (!verify(null, signed, key, Buffer.from(signature, 'base64'))) {
      return refuse(403, 'Telnyx-Signature-Ed25519 does not match: publicKey must be the one in your portal');
    }
    const name = 'Telnyx-Timestamp';
    const seconds = Number(timestamp);
    const outside = checkWindow({ name, seconds, arrivedAt: arrived.at, windowMs: settings.window });
    return outside === null ? null : refuse(403, outside);
  }

  return { hook: { methods: ['POST'], receive } };
}

function openKey(base64: string): KeyObject {
  const x = Buffer.from(base64, 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

const NAMES = { id: 'data.payload.id', from: 'data.payload.from.phone_number', to: 'data.payload.to' };

const Event = z.object({ data: z.object({ event_type: z.string() }) });

const Received = z.object({
  data: z.object({
    occurred_at: maybeTime,
    payload: z.object({
      id: z.string(),
      from: z.object({ phone_number: z.string() }),
      to: z.array(z.object({ phone_number: z.string() })),
      text: z.string().max(MAX_TEXT).nullish(),
      received_at: maybeTime,
    }),
  }),
});
