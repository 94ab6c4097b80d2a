import type { InboxKind } from '../ports/inbox.ts';
import { imapInbox } from './imap/imap.ts';
import { smppInbox } from './smpp/smpp.ts';
import { twilioReceipts } from './twilio-receipts.ts';
import { twilioInbox } from './twilio.ts';
import { webhookInbox } from './webhook.ts';

/** Every kind of inbox there is. A new one is a file of its own and one line here. */
export const INBOXES: readonly InboxKind[] = [
  twilioInbox,
  webhookInbox,
  smppInbox,
  twilioReceipts,
  imapInbox,
];
