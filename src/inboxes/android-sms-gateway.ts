import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { SECOND } from '../domain/units.ts';
import { defineKind } from '../ports/kind.ts';
import type { HookRequest, HookVerdict, Inbox, InboxDeps } from '../ports/inbox.ts';
import { duration, secret } from '../ports/settings.ts';
import { hasMediaType, pushed, refuse, TAKEN, takeMessages } from './hook-answers.ts';
import { needHooks } from './hooks-needed.ts';
import { readMessage, readNumber } from './inbound-fields.ts';
import { MAX_TEXT, maybeTime, readDocument, readIsoTime } from './json-document.ts';
import { checkWindow } from './replay-window.ts';

const cardNumber = () =>
  z
    .string()
    .refine((text) => readNumber(text) === text, 'expected a number with its country, such as "+15005550111"')
    .optional();

const schema = z.strictObject({
  /** The app's own, from Settings, Webhooks, Signing Key. */
  signingKey: secret(),
  /** The numbers of the cards in the first and the second slot, which Android often does not know. */
  sim1: cardNumber(),
  sim2: cardNumber(),
  /** How far a request's timestamp may be from our clock, either way. */
  window: duration().prefault('5m'),
});

/** An Android phone with the app SMS Gateway (sms-gate.app), see docs/inboxes/android-sms-gateway.md. */
export const androidSmsGatewayInbox = defineKind({
  kind: 'android-sms-gateway',
  schema,
  create: createAndroidSmsGatewayInbox,
  check: needHooks('an android-sms-gateway inbox'),
});

type Settings = z.output<typeof schema>;

function createAndroidSmsGatewayInbox(settings: Settings, deps: InboxDeps): Inbox {
  function receive(request: HookRequest): HookVerdict {
    if (!hasMediaType(request, 'application/json'))
      return refuse(415, 'expected Content-Type: application/json');
    const unproven = checkSignature(request, settings);
    if (unproven) return unproven;
    const event = readDocument(request.body, Event);
    if ('problem' in event) return refuse(400, event.problem);
    // Pings, and what became of messages that were sent.
    if (event.data.event !== 'sms:received') return takeMessages([], TAKEN);
    const received = readDocument(request.body, Received);
    if ('problem' in received) return refuse(400, received.problem);
    const { id, payload } = received.data;
    const from = payload.sender ?? payload.phoneNumber ?? '';
    const written = { id, from, to: numberOf(payload, settings), text: payload.message };
    const message = readMessage(written, NAMES);
    if ('problem' in message) return refuse(400, message.problem);
    const times = readIsoTime('service_centre', payload.receivedAt).map((time) => {
      // Written with milliseconds, but the SMS centre's time stamp has none (3GPP TS 23.040, 9.2.3.11).
      return { ...time, resolutionMs: SECOND };
    });
    return takeMessages([{ ...message, times, ...pushed(deps, request) }], TAKEN);
  }

  return { hook: { methods: ['POST'], receive } };
}

/** HMAC-SHA256, hex, over the raw body and then the timestamp (the app's PayloadSingingPlugin.kt). */
function checkSignature({ headers, body, arrived }: HookRequest, settings: Settings) {
  const timestamp = headers['x-timestamp'] ?? '';
  const signature = headers['x-signature'] ?? '';
  if (!/^[0-9]{1,12}$/.test(timestamp)) return refuse(401, 'expected X-Timestamp: seconds since 1970');
  if (!/^[0-9a-f]{64}$/i.test(signature)) return refuse(401, 'expected X-Signature: 64 hex digits');
  const expected = createHmac('sha256', settings.signingKey.reveal()).update(body).update(timestamp).digest();
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), expected)) {
    return refuse(403, "X-Signature does not match: signingKey must be the app's, from Settings, Webhooks");
  }
  const seconds = Number(timestamp);
  const outside = checkWindow({
    name: 'X-Timestamp',
    seconds,
    arrivedAt: arrived.at,
    windowMs: settings.window,
  });
  return outside === null ? null : refuse(403, outside);
}

/** The number of the card: as configured for its slot, else as Android says. */
function numberOf(payload: z.output<typeof Received>['payload'], { sim1, sim2 }: Settings): string {
  const slot = payload.simNumber ?? (sim2 === undefined ? 1 : null);
  const configured = slot === 1 ? sim1 : slot === 2 ? sim2 : undefined;
  return configured ?? payload.recipient ?? '';
}

const NAMES = { id: 'id', from: 'payload.sender', to: 'payload.recipient, or sim1 and sim2 of this inbox' };

const Event = z.object({ event: z.string() });

const Received = z.object({
  id: z.string(),
  payload: z.object({
    sender: z.string().nullish(),
    /** What it was called before it was `sender`. */
    phoneNumber: z.string().nullish(),
    recipient: z.string().nullish(),
    simNumber: z.number().nullish(),
    message: z.string().max(MAX_TEXT),
    receivedAt: maybeTime,
  }),
});
