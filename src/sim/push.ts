import { createHmac } from 'node:crypto';
import { request, type Dispatcher } from 'undici';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { ListedMessage } from './message-log.ts';
import type { TruePush } from './truth.ts';
import { signTwilioForm } from './twilio-signature.ts';
import { API_VERSION, countSegments } from './twilio-shape.ts';
import type { Handover, World } from './world.ts';

/** A request that hands a message over, ready to be written; written again as it is when it fails. */
export interface PushRequest {
  readonly url: string;
  readonly body: string;
  /** Made anew for each try: some sign the time. */
  headers(): Record<string, string>;
}

export interface PushDeps {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

/** Twilio waits 15 s for an answer, and tries once more (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). */
const ANSWER_WITHIN_MS = 15 * SECOND;
const TRIES = 2;

/** Hands a message over; true when an answer of 2xx came. Each try is noted in `pushes` before it is written. */
export async function push(toPush: PushRequest, pushes: TruePush[], deps: PushDeps): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const written: TruePush = { atMs: deps.clock.monotonicMs(), status: null, endedMs: null };
    pushes.push(written);
    written.status = await post(toPush, deps);
    written.endedMs = deps.clock.monotonicMs();
    if (written.status !== null && written.status < 500) break;
  }
  const answer = pushes.at(-1)?.status ?? null;
  return answer !== null && answer >= 200 && answer < 300;
}

/** The status of the answer; null when none came in time. */
async function post(toPush: PushRequest, deps: PushDeps): Promise<number | null> {
  const answered = new AbortController();
  const late = new AbortController();
  const timeout = deps.clock.sleep(ANSWER_WITHIN_MS, AbortSignal.any([answered.signal, deps.signal])).then(
    () => late.abort(),
    () => undefined,
  );
  try {
    const answer = await request(toPush.url, {
      method: 'POST',
      headers: toPush.headers(),
      body: toPush.body,
      dispatcher: deps.dispatcher,
      signal: AbortSignal.any([late.signal, deps.signal]),
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return null;
  } finally {
    answered.abort();
    await timeout;
  }
}

/** How a phone's messages are pushed; null where nothing is. */
export function pushRequest(
  handover: Handover,
  message: ListedMessage,
  world: World,
  clock: Clock,
): PushRequest | null {
  if (handover.manner === 'webhook') return signedJson(handover, message, clock);
  return handover.smsUrl === null ? null : twilioForm(handover.smsUrl, message, world);
}

/** A fragment holds connection overrides, which are no part of the request. */
function twilioForm(smsUrl: string, message: ListedMessage, world: World): PushRequest {
  const url = smsUrl.replace(/#.*$/, '');
  const fields = inboundFields(message, world.accountSid);
  return {
    url,
    body: new URLSearchParams(fields).toString(),
    headers: () => ({
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': signTwilioForm(world.authToken, url, fields),
      'i-twilio-idempotency-token': message.sid.slice(2),
    }),
  };
}

/** https://www.twilio.com/docs/messaging/guides/webhook-request: note that there is no time in it. */
const inboundFields = (message: ListedMessage, accountSid: string): Record<string, string> => ({
  MessageSid: message.sid,
  SmsSid: message.sid,
  SmsMessageSid: message.sid,
  AccountSid: accountSid,
  ApiVersion: API_VERSION,
  From: message.from,
  To: message.to,
  Body: message.body,
  NumMedia: '0',
  NumSegments: String(countSegments(message.body)),
  SmsStatus: 'received',
  FromCity: '',
  FromState: '',
  FromZip: '',
  FromCountry: 'US',
  ToCity: '',
  ToState: '',
  ToZip: '',
  ToCountry: 'US',
});

/** `X-Signature: sha256=…` over the time, a point and the raw body. */
function signedJson(
  handover: Extract<Handover, { manner: 'webhook' }>,
  message: ListedMessage,
  clock: Clock,
): PushRequest {
  const { sid: id, from, to, body: text, createdAt } = message;
  const body = JSON.stringify({ id, from, to, text, receivedAt: new Date(createdAt).toISOString() });
  return {
    url: handover.url,
    body,
    headers: () => {
      const timestamp = String(Math.floor(clock.now() / SECOND));
      const signature = createHmac('sha256', handover.secret).update(`${timestamp}.${body}`).digest('hex');
      return {
        'content-type': 'application/json',
        'x-timestamp': timestamp,
        'x-signature': `sha256=${signature}`,
      };
    },
  };
}
