import { z } from 'zod';
import { SECOND } from '../domain/units.ts';
import type { Inbox, InboxDeps, InboxFacts } from '../ports/inbox.ts';
import { defineKind } from '../ports/kind.ts';
import { duration, secret } from '../ports/settings.ts';
import { twilioAccountFields } from '../vendors/twilio.ts';
import { createTwilioHook } from './twilio-hook.ts';
import { createTwilioPoll } from './twilio-poll.ts';

const schema = z.strictObject({
  ...twilioAccountFields,
  /** Twilio signs with the primary token; while tokens are rotated, the other one is taken too. */
  secondaryAuthToken: secret().optional(),
  /** How often to look for messages that no webhook brought. */
  reconcile: duration()
    .prefault('30s')
    .refine((ms) => ms >= SECOND, 'expected 1s or more'),
});

/** Twilio numbers: pushed by signed webhooks, and found by polling where a webhook was lost. */
export const twilioInbox = defineKind({
  kind: 'twilio',
  schema,
  create: (settings: z.output<typeof schema>, deps: InboxDeps): Inbox => ({
    // Without its address no request can be proven: then it is an inbox that only asks, and says so by what it has.
    ...(deps.publicUrl === null ? {} : { hook: createTwilioHook(settings, deps) }),
    poll: createTwilioPoll(settings, deps),
  }),
  check: (settings, facts: InboxFacts) => {
    if (facts.hooks && facts.publicUrl !== null) return [];
    const everySeconds = settings.reconcile / SECOND;
    return [
      {
        notice:
          `without hooks.publicUrl, messages are only found by asking Twilio every ${everySeconds} s: ` +
          'delivery times are that much less exact',
      },
    ];
  },
});
