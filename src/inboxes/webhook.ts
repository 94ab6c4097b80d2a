import { z } from 'zod';
import { defineKind } from '../ports/kind.ts';
import type { HookRequest, HookVerdict, Inbox, InboxDeps } from '../ports/inbox.ts';
import { duration, secret } from '../ports/settings.ts';
import { hasMediaType, pushed, refuse, TAKEN, takeMessages } from './hook-answers.ts';
import { needHooks } from './hooks-needed.ts';
import { readWebhookMessage } from './webhook-message.ts';
import { checkWebhookSignature } from './webhook-signature.ts';

const schema = z.strictObject({
  secret: secret(),
  /** Still taken while the gateways change over to a new secret. */
  previousSecret: secret().optional(),
  /** How far a request's timestamp may be from our clock, either way. */
  window: duration().prefault('5m'),
});

/** An inbox for your own gateways: each message is one signed JSON document, see docs/inboxes/webhook.md. */
export const webhookInbox = defineKind({
  kind: 'webhook',
  schema,
  create: createWebhookInbox,
  check: needHooks('a webhook inbox'),
});

function createWebhookInbox(settings: z.output<typeof schema>, deps: InboxDeps): Inbox {
  const rule = {
    secrets: [settings.secret, settings.previousSecret].flatMap((one) => (one ? [one] : [])),
    windowMs: settings.window,
  };

  function receive(request: HookRequest): HookVerdict {
    if (!hasMediaType(request, 'application/json')) {
      return refuse(415, 'expected Content-Type: application/json, in UTF-8');
    }
    const unproven = checkWebhookSignature(request, rule);
    if (unproven) return refuse(unproven.status, unproven.reason);
    const read = readWebhookMessage(request.body);
    if ('problem' in read) return refuse(400, read.problem);
    return takeMessages([{ ...read.message, ...pushed(deps, request) }], TAKEN);
  }

  return { hook: { methods: ['POST'], receive } };
}
