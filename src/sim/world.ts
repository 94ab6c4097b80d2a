import type { PhoneNumber } from '../domain/units.ts';
import { GOOD_CARRIER, type CarrierProfile } from './delivery-model.ts';
import { base32, digits, hex, randomStream } from './random.ts';

/** Who exists in the simulation. Fixed once made, but for where phones hand their messages on. */
export interface World {
  readonly accounts: readonly SimAccount[];
  readonly phones: readonly SimPhone[];
  readonly carriers: Readonly<Record<string, CarrierProfile>>;
  /** What the login site's messages are from. */
  readonly siteSender: string;
  /** Opens the carrier's REST API and signs its webhooks. */
  readonly accountSid: string;
  readonly authToken: string;
}

export interface SimAccount {
  readonly username: string;
  readonly password: string;
  /** The phone's name; null where the account has none. */
  readonly phone: string | null;
  /** Base32, 160 bits. */
  readonly totpSecret: string;
  readonly backupCodes: readonly string[];
}

export interface SimPhone {
  readonly name: string;
  readonly number: PhoneNumber;
  readonly carrier: string;
  /** The provider hides codes: it lists the message with error 30038 and no text, and pushes nothing. */
  readonly redacted: boolean;
  /** Where arriving messages are handed on. */
  handover: Handover;
}

export type Handover =
  /** Listed by the REST API, and pushed where `smsUrl` is set, as Twilio does. */
  | { readonly manner: 'twilio'; readonly smsUrl: string | null }
  /** Pushed as JSON, signed with HMAC-SHA256; never listed. What a rack of SIM cards does. */
  | { readonly manner: 'webhook'; readonly url: string; readonly secret: string };

export interface WorldOptions {
  readonly carriers?: Readonly<Record<string, Partial<CarrierProfile>>>;
  readonly phones?: readonly PhoneOptions[];
  /** A name, and the phone it gets its codes on. */
  readonly accounts?: readonly { readonly username: string; readonly phone?: string }[];
}

export interface PhoneOptions {
  readonly name: string;
  readonly number: PhoneNumber;
  readonly carrier: string;
  readonly redacted?: boolean;
  readonly handover?: Handover;
}

/** Numbers of the range that is set aside for fiction (https://nanpa.com, 555-01XX). */
const PHONES: readonly PhoneOptions[] = [
  { name: 'us-a', number: '+12025550111', carrier: 'carrier-a' },
  { name: 'us-b', number: '+12025550112', carrier: 'carrier-a' },
  { name: 'us-c', number: '+12025550113', carrier: 'carrier-b' },
  { name: 'us-d', number: '+12025550114', carrier: 'carrier-b' },
];

const ACCOUNTS = [
  { username: 'sms-1', phone: 'us-a' },
  { username: 'sms-2', phone: 'us-b' },
  { username: 'sms-3', phone: 'us-c' },
  { username: 'sms-4', phone: 'us-d' },
  { username: 'totp-1' },
  { username: 'totp-2' },
  { username: 'backup-1' },
] as const;

const BACKUP_CODES = 10;

/** The same seed and options make the same world, secrets included. */
export function createWorld(seed: string | number, options: WorldOptions = {}): World {
  const phones = (options.phones ?? PHONES).map(
    ({ redacted = false, handover = { manner: 'twilio', smsUrl: null }, ...phone }): SimPhone => ({
      ...phone,
      redacted,
      handover,
    }),
  );
  const accounts: readonly { username: string; phone?: string }[] = options.accounts ?? ACCOUNTS;
  for (const { username, phone } of accounts) {
    if (phone === undefined || phones.some(({ name }) => name === phone)) continue;
    throw new Error(`account ${username} has phone "${phone}", expected one of ${namesOf(phones)}`);
  }
  return {
    accounts: accounts.map(({ username, phone }) => createAccount(seed, username, phone ?? null)),
    phones,
    carriers: carriersOf(phones, options.carriers ?? {}),
    siteSender: 'ACME',
    accountSid: `AC${hex(randomStream(seed, 'account-sid'), 32)}`,
    authToken: hex(randomStream(seed, 'auth-token'), 32),
  };
}

function createAccount(seed: string | number, username: string, phone: string | null): SimAccount {
  const random = randomStream(seed, 'account', username);
  return {
    username,
    phone,
    password: `pw-${hex(random, 16)}`,
    totpSecret: base32(random, 32),
    backupCodes: Array.from({ length: BACKUP_CODES }, () => `${digits(random, 4)}-${digits(random, 4)}`),
  };
}

function carriersOf(
  phones: readonly SimPhone[],
  changes: Readonly<Record<string, Partial<CarrierProfile>>>,
): Record<string, CarrierProfile> {
  const names = new Set([...phones.map((phone) => phone.carrier), ...Object.keys(changes)]);
  return Object.fromEntries([...names].map((name) => [name, { ...GOOD_CARRIER, ...changes[name] }]));
}

const namesOf = (phones: readonly SimPhone[]): string => phones.map(({ name }) => name).join(', ');
