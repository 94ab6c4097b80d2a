import type { InboundMessage } from '../domain/message.ts';
import type { PhoneNumber } from '../domain/units.ts';

/** What providers write in many ways, brought into one. Each answers null for what it cannot read. */

/** ITU-T E.164: a plus, no leading zero, 15 digits at most. */
const E164 = /^\+[1-9][0-9]{5,14}$/;

/** `+1 (500) 555-0111` or `0015005550111` as `+15005550111`. A number without its country is not guessed at. */
export function readNumber(written: string): PhoneNumber | null {
  const compact = written.replace(/[\s\p{Cf}().-]/gu, '').replace(/^00/, '+');
  return E164.test(compact) ? compact : null;
}

/** A number in E.164 form where it is one; names (`ACME`) and short codes (`72975`) as they are. */
export function readSender(written: string): string | null {
  const sender = readNumber(written) ?? written.trim();
  return /^[^\p{Cc}\p{Cs}]{1,64}$/u.test(sender) ? sender : null;
}

/** For providers whose numbers always have their country and may lack the plus: `15005550111`. */
export function readBareNumber(written: string): PhoneNumber | null {
  return readNumber(/^\s*[1-9]/.test(written) ? `+${written.trim()}` : written);
}

/** The same for senders. Up to seven digits are a short code: no country's numbers are that short. */
export function readBareSender(written: string): string | null {
  return readSender(/^\s*[1-9][0-9]{7,14}\s*$/.test(written) ? `+${written.trim()}` : written);
}

/** A provider's message id: printable ASCII, so that every store keeps it as it came. */
export const readProviderId = (written: string): string | null =>
  /^[\x21-\x7e]{1,200}$/.test(written) ? written : null;

/** One message in a provider's words. */
export interface WrittenMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** How the provider calls the fields, and whether its numbers may lack the plus. */
export interface WrittenNames {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly bare?: boolean;
}

/** Reads all of it, or says which field is wrong, and never what was in it. */
export function readMessage(
  written: WrittenMessage,
  names: WrittenNames,
): Pick<InboundMessage, 'providerId' | 'from' | 'to' | 'body'> | { readonly problem: string } {
  const { bare = false } = names;
  const providerId = readProviderId(written.id);
  if (providerId === null) {
    return { problem: `${names.id}: expected 1 to 200 printable ASCII characters, no blanks` };
  }
  const to = bare ? readBareNumber(written.to) : readNumber(written.to);
  if (to === null) {
    const example = bare ? '15005550111' : '+15005550111';
    return { problem: `${names.to}: expected a number with its country, such as ${example}` };
  }
  const from = bare ? readBareSender(written.from) : readSender(written.from);
  if (from === null) return { problem: `${names.from}: expected a number or a name of 1 to 64 characters` };
  return { providerId, from, to, body: written.text };
}
