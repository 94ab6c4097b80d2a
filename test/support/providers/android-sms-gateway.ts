import { createHmac } from 'node:crypto';
import { androidSmsGatewayInbox } from '../../../src/inboxes/android-sms-gateway.ts';
import type { HookRequest } from '../../../src/ports/inbox.ts';
import { ARRIVED, type InboxHarness, type PushedMessage } from '../../contracts/inbox-contract.ts';
import { inboxDeps } from '../inbox-deps.ts';

export const SIGNING_KEY = 'a1b2c3d4';

export const openGateway = (settings: Record<string, unknown> = {}) =>
  androidSmsGatewayInbox.create(
    androidSmsGatewayInbox.schema.parse({ signingKey: SIGNING_KEY, ...settings }),
    inboxDeps(),
  );

/** The document of https://docs.sms-gate.app/features/webhooks/ */
export const gatewayEvent = ({ id, from, to, text }: PushedMessage) => ({
  deviceId: 'ffffffffceb0b1db0000018e937c815b',
  event: 'sms:received',
  id,
  payload: {
    messageId: 'abc123',
    message: text,
    sender: from,
    recipient: to,
    simNumber: 1,
    receivedAt: '2026-01-15T13:59:58.000+02:00',
  },
  webhookId: 'LreFUt-Z3sSq0JufY9uWB',
});

/** As generateSignature of the app's PayloadSingingPlugin.kt does it. */
export function signGateway(event: object, options: { key?: string; ageMs?: number } = {}): HookRequest {
  const text = JSON.stringify(event);
  const timestamp = String(Math.floor((ARRIVED.at - (options.ageMs ?? 0)) / 1000));
  const signature = createHmac('sha256', options.key ?? SIGNING_KEY).update(text + timestamp);
  return {
    method: 'POST',
    url: '/hooks/main',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'me.capcom.smsgateway/1.40.0',
      'x-timestamp': timestamp,
      'x-signature': signature.digest('hex'),
    },
    body: Buffer.from(text),
    arrived: ARRIVED,
  };
}

export const gatewayHarness = (): InboxHarness => ({
  inbox: openGateway(),
  push: (message) => signGateway(gatewayEvent(message)),
  signatureHeader: 'x-signature',
  covered: ({ headers, body }) => body.toString('latin1') + (headers['x-timestamp'] ?? ''),
  times: [{ clock: 'service_centre', at: Date.parse('2026-01-15T11:59:58Z'), resolutionMs: 1000 }],
});
