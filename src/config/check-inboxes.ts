import { isMailAddress } from '../domain/units.ts';
import { entriesOf, fault, type Check } from './review.ts';

/** Numbers are read where SMS come, mailboxes where mails come, and neither where receipts alone come. */
export const checkInboxes: Check = ({ parsed, kinds }) =>
  entriesOf(parsed.phones).flatMap(([name, { inbox, number }]) => {
    const written = Object.hasOwn(parsed.inboxes, inbox) ? parsed.inboxes[inbox]?.kind : undefined;
    const kind = kinds.inboxes.find((one) => one.kind === written);
    if (!kind) return [];
    const found = `inbox ${inbox} is of kind ${kind.kind}`;
    const place = ['phones', name, 'inbox'];
    if (kind.receiptsOnly) {
      return [fault(place, `${found}, which takes receipts alone; name the inbox where its messages come`)];
    }
    if (kind.reads === 'address' && !isMailAddress(number)) {
      return [
        fault(place, `${found}, which reads mails, and this is a number; name an inbox that takes SMS`),
      ];
    }
    if (kind.reads !== 'address' && isMailAddress(number)) {
      return [fault(place, `${found}, which takes SMS, and this is a mailbox; name an inbox of kind imap`)];
    }
    return [];
  });
