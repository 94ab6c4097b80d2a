import type { SenderKind } from '../ports/sender.ts';
import { twilioSender } from './twilio.ts';

/** Every kind of sender there is. A new one is a file of its own and one line here. */
export const SENDERS: readonly SenderKind[] = [twilioSender];
