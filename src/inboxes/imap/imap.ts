import { z } from 'zod';
import { AttemptFailure } from '../../domain/failure.ts';
import { MINUTE, SECOND } from '../../domain/units.ts';
import type { Inbox, InboxDeps, InboxFacts, InboxKind } from '../../ports/inbox.ts';
import { defineKind } from '../../ports/kind.ts';
import { duration, secret } from '../../ports/settings.ts';
import { FolderReader } from './reader.ts';
import { openImapSession, type ImapSession } from './session.ts';

const schema = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(993),
  encryption: z.enum(['tls', 'starttls', 'none']).default('tls'),
  /** Certificates to trust instead of the usual authorities, in PEM. */
  ca: z.string().min(1).optional(),
  user: z.string().min(1),
  password: secret(),
  folder: z.string().min(1).default('INBOX'),
  /** Whether mails that were read here are marked as read; nothing else is ever changed. */
  markSeen: z.boolean().default(false),
  /** How often to ask, besides listening. */
  refresh: duration()
    .prefault('30s')
    .refine((ms) => ms >= SECOND && ms <= 10 * MINUTE, 'expected a duration from 1s to 10m'),
});

const UNENCRYPTED = { notice: 'without encryption, the password and codes can be read on the way' };

/** Mailboxes for codes by e-mail, see docs/inboxes/imap.md. */
export const imapInbox: InboxKind = {
  ...defineKind({
    kind: 'imap',
    schema,
    create: createImapInbox,
    check: ({ encryption, host }, _facts: InboxFacts) =>
      encryption !== 'none' || /^(localhost|::1|127\.[0-9.]+)$/i.test(host) ? [] : [UNENCRYPTED],
  }),
  reads: 'address',
};

function createImapInbox(settings: z.output<typeof schema>, deps: InboxDeps): Inbox {
  const reader = new FolderReader({ inbox: deps, markSeen: settings.markSeen });
  // The attempt to open the current session, or the session itself.
  let current: Promise<ImapSession> | null = null;
  return {
    connect: async (accept, signal) => {
      const opening = openImapSession(settings, { inbox: deps, reader, accept }, signal);
      current = opening;
      const { ended } = await opening;
      return { ended };
    },
    poll: {
      everyMs: settings.refresh,
      fetch: async (signal) => {
        if (!current) throw new AttemptFailure('receiver_down', 'its session is being opened');
        const session = await current;
        await session.look(signal);
        // They were handed over by the session, each as it was read.
        return [];
      },
    },
  };
}
