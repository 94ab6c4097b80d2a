import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { telnyxInbox } from '../../../src/inboxes/telnyx.ts';
import type { HookRequest } from '../../../src/ports/inbox.ts';
import { ARRIVED, type InboxHarness, type PushedMessage } from '../../contracts/inbox-contract.ts';
import { inboxDeps } from '../inbox-deps.ts';

/** An Ed25519 key from its 32 bytes, so that failures repeat. */
export const keyOf = (fill: number): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, fill)]),
    format: 'der',
    type: 'pkcs8',
  });

/** As the portal shows it: base64 of the 32 bytes. */
export const publicKeyOf = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

export const KEY = keyOf(7);

export const openTelnyx = (settings: Record<string, unknown> = {}) =>
  telnyxInbox.create(telnyxInbox.schema.parse({ publicKey: publicKeyOf(KEY), ...settings }), inboxDeps());

/** The document of https://developers.telnyx.com/api-reference/callbacks/inbound-message, shortened. */
export const telnyxEvent = ({ id, from, to, text }: PushedMessage) => ({
  data: {
    record_type: 'event',
    id: 'bf6307bd-884d-4c1f-b6ea-c62b8c495d3c',
    event_type: 'message.received',
    occurred_at: '2026-01-15T11:59:59.574Z',
    payload: {
      record_type: 'message',
      direction: 'inbound',
      id,
      type: 'SMS',
      from: { phone_number: from, carrier: 'T-MOBILE USA, INC.', line_type: 'Wireless' },
      to: [{ phone_number: to, status: 'delivered', carrier: 'TELNYX LLC', line_type: 'VoIP' }],
      cc: [],
      text,
      media: [],
      encoding: 'GSM-7',
      parts: 1,
      received_at: '2026-01-15T11:59:59.480Z',
    },
  },
  meta: { attempt: 1, delivered_to: 'https://sms.example.net/hooks/main' },
});

export function signTelnyx(event: object, options: { key?: KeyObject; at?: number } = {}): HookRequest {
  const body = Buffer.from(JSON.stringify(event));
  const at = options.at ?? ARRIVED.at;
  const timestamp = String(Math.floor(at / 1000));
  const signed = Buffer.concat([Buffer.from(`${timestamp}|`), body]);
  return {
    method: 'POST',
    url: '/hooks/main',
    headers: {
      'content-type': 'application/json',
      'telnyx-timestamp': timestamp,
      'telnyx-signature-ed25519': sign(null, signed, options.key ?? KEY).toString('base64'),
    },
    body,
    arrived: ARRIVED,
  };
}

export const telnyxHarness = (): InboxHarness => ({
  inbox: openTelnyx(),
  push: (message) => signTelnyx(telnyxEvent(message)),
  signatureHeader: 'telnyx-signature-ed25519',
  covered: ({ headers, body }) => `${headers['telnyx-timestamp'] ?? ''}|${body.toString('latin1')}`,
  times: [{ clock: 'provider', at: Date.parse('2026-01-15T11:59:59.480Z'), resolutionMs: 1 }],
});
