import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { z } from 'zod';
import { Secret } from '../domain/secret.ts';
import { HOUR, SECOND } from '../domain/units.ts';
import { duration, secret } from '../ports/settings.ts';
import type { ListenAddress } from './config.ts';
import type { Schedule } from '../ports/ticker.ts';

/** The field types of the configuration itself. */

export const NAME_PATTERN = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** Names become labels of metrics and parts of addresses. */
export const name = () =>
  z
    .string()
    .regex(
      NAME_PATTERN,
      'expected a name: a letter or digit, then up to 62 letters, digits, dots, dashes or underscores',
    );

/** A map from names to entries. */
export const named = <Entry extends z.ZodType>(entry: Entry) => z.record(name(), entry).default({});

const bounded = (leastMs: number, mostMs: number, words: string) =>
  duration().refine((ms) => ms >= leastMs && ms <= mostMs, { message: `expected ${words}` });

/** Longer waits are no longer a login, and would outgrow timers. */
export const wait = () => bounded(SECOND, HOUR, 'a duration from 1s to 1h');
export const pause = () => bounded(0, 24 * HOUR, 'a duration up to 24h');

const LISTEN = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]*):([0-9]{1,5})$/;
const LISTEN_EXPECTED = 'expected HOST:PORT such as 127.0.0.1:9823, [::1]:9823 or :9823 for all addresses';

/** null when `text` is not HOST:PORT. Without a host: all addresses, as Prometheus has it. */
export function parseListenAddress(text: string): ListenAddress | null {
  const [, host, port] = LISTEN.exec(text) ?? [];
  if (host === undefined || port === undefined || Number(port) > 65_535) return null;
  return { host: host === '' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

export const listen = (standard: string) =>
  z
    .string(LISTEN_EXPECTED)
    .default(standard)
    .transform((text, context): ListenAddress => {
      const address = parseListenAddress(text);
      if (address) return address;
      context.addIssue({ code: 'custom', message: LISTEN_EXPECTED });
      return z.NEVER;
    });

const URL_EXPECTED = 'expected an address with http:// or https://, without user name, query or fragment';

/** Without a closing slash. */
export const webUrl = () =>
  z.string().transform((text, context): string => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const plain = url && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
    if (plain && (url.protocol === 'http:' || url.protocol === 'https:')) {
      return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    }
    context.addIssue({ code: 'custom', message: URL_EXPECTED });
    return z.NEVER;
  });

/** Scheme, host and port alone. */
export const origin = () =>
  webUrl().refine((url) => new URL(url).origin === url, {
    message: 'expected an origin: scheme, host and port, without a path',
  });

/** E.164, with a country code and a length that its country's numbers have. */
export const phoneNumber = () =>
  z.string().refine((text) => isPossibleNumber(text), {
    message: 'expected a number in E.164 form, in quotes: "+", country code, digits, no blanks',
  });

/** In lower case; hidden in faults as a secret is. */
export const mailAddress = () =>
  z
    .email('expected a mail address, such as codes@acme.example')
    .max(254)
    .meta({ writeOnly: true })
    .transform((written) => written.toLowerCase());

function isPossibleNumber(text: string): boolean {
  const parsed = parsePhoneNumberFromString(text);
  return parsed !== undefined && parsed.number === text && parsed.isPossible();
}

/** `'*\/5 * * * *'`, in UTC; or with a time zone of its own. */
export const schedule = () =>
  z
    .union([z.string(), z.strictObject({ cron: z.string(), timezone: z.string().default('UTC') })])
    .transform((written): Schedule =>
      typeof written === 'string' ? { cron: written, timezone: 'UTC' } : written,
    );

/** A name or a list of them. */
export const oneOrMore = (item: z.ZodType<string, string>) =>
  z.union([item, z.array(item)]).transform((written) => (typeof written === 'string' ? [written] : written));

const BASE32 = /^[A-Za-z2-7][A-Za-z2-7 -]*=*$/;
const KEY_URI = /^otpauth:\/\/totp\//i;

/** Base32, as pages print it, or the address in their QR code. */
export const totpSecret = () =>
  secret().refine((written) => BASE32.test(written.reveal()) || KEY_URI.test(written.reveal()), {
    message: 'expected a secret in base32 (letters A-Z and digits 2-7), or otpauth://totp/…',
  });

/** A list, or a text with one code a line, as they are downloaded. */
export const backupCodes = () =>
  z.union([z.array(secret()), z.string().meta({ writeOnly: true })]).transform((written): Secret[] => {
    if (typeof written !== 'string') return written;
    const lines = written.split(/[\r\n,]+/).map((line) => line.trim());
    return lines.filter((line) => line !== '').map((line) => new Secret(line));
  });

/** What goes into a header: printable ASCII. */
export const headerText = () =>
  z.string().regex(/^[\x20-\x7e]{1,200}$/, 'expected 1 to 200 printable ASCII characters');
