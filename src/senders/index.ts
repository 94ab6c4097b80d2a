import type { SenderKind } from '../ports/sender.ts';
import { gammuSender } from './gammu.ts';
import { httpSender } from './http.ts';
import { telnyxSender } from './telnyx.ts';
import { twilioSender } from './twilio.ts';
import { vonageSender } from './vonage.ts';

/** Every kind of sender there is. A new one is a file of its own and one line here. */
export const SENDERS: readonly SenderKind[] = [
  twilioSender,
  vonageSender,
  telnyxSender,
  httpSender,
  gammuSender,
];
