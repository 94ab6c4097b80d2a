import { createHmac } from 'node:crypto';
import { webhookInbox } from '../../../src/inboxes/webhook.ts';
import type { HookRequest } from '../../../src/ports/inbox.ts';
import { ARRIVED, type InboxHarness } from '../../contracts/inbox-contract.ts';
import { inboxDeps } from '../inbox-deps.ts';

export const SECRET = 'a-secret-that-only-the-gateway-knows';

export const openWebhook = (settings: Record<string, unknown> = {}) =>
  webhookInbox.create(webhookInbox.schema.parse({ secret: SECRET, ...settings }), inboxDeps());

/** A request as a gateway of one's own signs it. */
export function signWebhook(
  body: Buffer | object,
  options: { secret?: string; ageMs?: number } = {},
): HookRequest {
  const raw = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const timestamp = String(Math.floor((ARRIVED.at - (options.ageMs ?? 0)) / 1000));
  const mac = createHmac('sha256', options.secret ?? SECRET)
    .update(`${timestamp}.`)
    .update(raw)
    .digest('hex');
  return {
    method: 'POST',
    url: '/hooks/main',
    headers: {
      'content-type': 'application/json',
      'x-timestamp': timestamp,
      'x-signature': `sha256=${mac}`,
    },
    body: raw,
    arrived: ARRIVED,
  };
}

export const webhookHarness = (): InboxHarness => ({
  inbox: openWebhook(),
  push: (message) => signWebhook(message),
  signatureHeader: 'x-signature',
  covered: ({ headers, body }) => `${headers['x-timestamp'] ?? ''}.${body.toString('latin1')}`,
});
