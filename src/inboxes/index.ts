import type { InboxKind } from '../ports/inbox.ts';
import { androidSmsGatewayInbox } from './android-sms-gateway.ts';
import { awsSnsInbox } from './aws-sns.ts';
import { httpSmsInbox } from './httpsms.ts';
import { imapInbox } from './imap/imap.ts';
import { kannelInbox } from './kannel.ts';
import { smppInbox } from './smpp/smpp.ts';
import { telnyxInbox } from './telnyx.ts';
import { twilioReceipts } from './twilio-receipts.ts';
import { twilioInbox } from './twilio.ts';
import { vonageInbox } from './vonage.ts';
import { webhookInbox } from './webhook.ts';

/** Every kind of inbox there is. A new one is a file of its own and one line here. */
export const INBOXES: readonly InboxKind[] = [
  twilioInbox,
  webhookInbox,
  smppInbox,
  twilioReceipts,
  imapInbox,
  vonageInbox,
  telnyxInbox,
  awsSnsInbox,
  androidSmsGatewayInbox,
  httpSmsInbox,
  kannelInbox,
];
