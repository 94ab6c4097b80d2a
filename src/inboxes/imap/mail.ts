import type { Email, Header } from 'postal-mime';
import type { ProviderTime } from '../../domain/message.ts';
import type { PhoneNumber } from '../../domain/units.ts';

/** What a mail is to us, whatever it was made of. */
export interface Mail {
  /** The address in its From line, which anybody can write there. */
  readonly from: string;
  readonly to: PhoneNumber;
  /** Its subject, then its text. */
  readonly body: string;
  /** When mail servers on the way took it, by their own clocks; the first one first. */
  readonly times: readonly ProviderTime[];
}

/** No code stands behind this much. */
const MAX_TEXT = 10_000;
const MAX_RELAYS = 8;

/** Reads a mail. `numbers`: the addresses of our mailboxes that are read here. */
export async function readMail(source: Buffer, numbers: readonly PhoneNumber[]): Promise<Mail> {
  const { default: PostalMime } = await import('postal-mime');
  const mail = await PostalMime.parse(source, LIMITS);
  const text = mail.text?.trim() ? mail.text : await textOfHtml(mail.html ?? '');
  return {
    from: mail.from?.address?.toLowerCase().slice(0, 254) || 'unknown',
    to: recipientOf(mail, numbers),
    body: `${mail.subject ?? ''}\n${text.trim()}`.slice(0, MAX_TEXT).toWellFormed(),
    times: relayTimes(mail.headers),
  };
}

const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 256 * 1024 };

/** Hosts write the address that they delivered to into one of these. */
const DELIVERED = new Set([
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-delivered-to',
]);

/**
 * Which of our addresses it came to: the one that a header of delivery or an addressee line names. A blind copy names
 * nobody: it is for the only address that there is, where there is only one.
 */
function recipientOf(mail: Email, numbers: readonly PhoneNumber[]): PhoneNumber {
  const delivered = mail.headers.flatMap(({ key, value }) => (DELIVERED.has(key) ? [bare(value)] : []));
  const addressed = [...(mail.to ?? []), ...(mail.cc ?? [])].flatMap((one) => [
    one.address,
    ...(one.group ?? []).map((member) => member.address),
  ]);
  const named = [...delivered, ...addressed.flatMap((one) => (one ? [one.toLowerCase()] : []))];
  const ours = named.find((address) => numbers.includes(address));
  if (ours !== undefined) return ours;
  const [only] = numbers;
  if (named.length === 0 && numbers.length === 1 && only !== undefined) return only;
  return named[0] ?? 'unknown@localhost';
}

const bare = (value: string): string =>
  value
    .trim()
    .replace(/^.*<([^<>]*)>.*$/s, '$1')
    .toLowerCase();

/** `Received: from … by …; Thu, 15 Jan 2026 12:00:00 +0000` (RFC 5321, section 4.4): each server puts its own on top. */
function relayTimes(headers: readonly Header[]): ProviderTime[] {
  const received = headers.filter(({ key }) => key === 'received').slice(-MAX_RELAYS);
  return received.reverse().flatMap(({ value }): ProviderTime[] => {
    const at = Date.parse(value.slice(value.lastIndexOf(';') + 1).replace(/\([^()]*\)/g, ''));
    return Number.isNaN(at) ? [] : [{ clock: 'relay', at, resolutionMs: 1000 }];
  });
}

/** What one sees of a page: a line for each block, nothing hidden. Ends of words stay where cells end. */
async function textOfHtml(html: string): Promise<string> {
  if (html === '') return '';
  const { load } = await import('cheerio/slim');
  const page = load(html.slice(0, MAX_HTML));
  page('head, script, style, template, noscript, [hidden]').remove();
  page('*')
    .filter((_index, element) =>
      /display\s*:\s*none|visibility\s*:\s*hidden/i.test(page(element).attr('style') ?? ''),
    )
    .remove();
  page('br').replaceWith('\n');
  page('p, div, tr, table, li, h1, h2, h3, h4, h5, h6, section, blockquote, pre').append('\n').prepend('\n');
  page('td, th').append(' ');
  return page
    .root()
    .text()
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\s]*/g, '\n')
    .trim();
}

const MAX_HTML = 200_000;
