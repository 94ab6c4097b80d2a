import { z } from 'zod';
import type { FlowKind } from '../ports/login-flow.ts';
import type { InboxKind } from '../ports/inbox.ts';
import type { SenderKind } from '../ports/sender.ts';
import { duration, money, pattern, secret } from '../ports/settings.ts';
import {
  backupCodes,
  headerText,
  listen,
  name,
  named,
  oneOrMore,
  origin,
  pause,
  schedule,
  totpSecret,
  wait,
  webUrl,
} from './fields.ts';
import { kindUnion } from './kind-union.ts';
import { phone } from './phone.ts';

/** What a factor says of itself that the configuration needs. */
export interface FactorKind {
  readonly kind: string;
  /** Its codes are sent to a phone. */
  readonly delivered: boolean;
  /** Where they are sent; a number where it does not say. */
  readonly reaches?: 'number' | 'address';
  /** What an account must have for it, besides the phone of a delivered code. */
  readonly needs?: 'totpSecret' | 'backupCodes';
  /** Its codes run out. */
  readonly stock?: unknown;
}

/** Everything that a configuration may name; the composition root knows them. */
export interface Kinds {
  readonly inboxes: readonly InboxKind[];
  readonly senders: readonly SenderKind[];
  readonly flows: readonly FlowKind[];
  readonly factors: readonly FactorKind[];
}

export type Parsed = z.output<ReturnType<typeof configSchema>>;
export type ParsedProbe = Parsed['probes'][string];
export type ParsedControl = Parsed['controls'][string];
export type ParsedTarget = Parsed['targets'][string];

const built = new WeakMap<Kinds, ReturnType<typeof buildSchema>>();

/** The shape of the file; what one part demands of another is checked after it. Building it takes longer than its use. */
export function configSchema(kinds: Kinds): ReturnType<typeof buildSchema> {
  const schema = built.get(kinds) ?? buildSchema(kinds);
  built.set(kinds, schema);
  return schema;
}

const buildSchema = (kinds: Kinds) =>
  z.strictObject({
    contact: headerText(),
    node: node().prefault({}),
    store: z.string().min(1).meta({ writeOnly: true }).default('./data/twofa.db'),
    retention: duration().prefault('30d'),
    web: z
      .strictObject({
        listen: listen('127.0.0.1:9823'),
        readToken: secret().optional(),
        adminToken: secret().optional(),
      })
      .prefault({}),
    hooks: z.strictObject({ listen: listen('127.0.0.1:9824'), publicUrl: webUrl().optional() }).optional(),
    inboxes: named(kindUnion(kinds.inboxes)),
    senders: named(kindUnion(kinds.senders, { perSms: money().prefault(0) })),
    phones: named(phone()),
    spend: z
      .strictObject({
        currency: z.string().regex(/^[A-Z]{3}$/, 'expected a currency of three letters, such as USD'),
        perMonth: money(),
      })
      .optional(),
    targets: named(target()),
    probes: named(probe(kinds)),
    controls: named(control()),
    detection: z.strictObject({ targetFalseAlarmDays: z.number().min(1).max(3650).default(90) }).prefault({}),
  });

const node = () =>
  z.strictObject({ name: name().optional(), location: name().default('local'), canary: webUrl().optional() });

const AUTHORIZED_EXPECTED =
  'expected true: only services that you run or have leave to test may be probed; set it when that is so';

const target = () =>
  z.strictObject({
    url: webUrl(),
    origins: z.array(origin()).default([]),
    authorized: z.literal(true, AUTHORIZED_EXPECTED),
    limits: limits().prefault({}),
    accounts: named(account()),
  });

const count = (most: number) => z.int().min(1).max(most);

const limits = () =>
  z.strictObject({
    perHour: count(3600).default(60),
    perDay: count(86_400).default(900),
    spacing: pause().prefault('5s'),
    perPhone: z.strictObject({ sends: count(1000).default(5), window: wait().prefault('10m') }).prefault({}),
  });

const account = () =>
  z.strictObject({
    username: z.string().min(1),
    password: secret(),
    phone: z.string().optional(),
    totpSecret: totpSecret().optional(),
    backupCodes: backupCodes().optional(),
    class: name().optional(),
    vars: z.record(z.string(), z.string()).default({}),
  });

const scheduled = () => ({
  rotation: z.enum(['next', 'all']).default('next'),
  sender: oneOrMore(z.string().min(1)).prefault([]),
  pattern: pattern().optional(),
  deadline: wait().prefault('60s'),
  expiry: wait().prefault('5m'),
  timeout: wait().prefault('20s'),
  schedule: schedule(),
  jitter: pause().prefault('0s'),
  locations: z.union([z.literal('spread'), z.array(name()).min(1)]).default('spread'),
  maintenance: z.array(z.strictObject({ schedule: schedule(), duration: duration() })).default([]),
});

const probe = (kinds: Kinds) =>
  z.strictObject({
    target: z.string(),
    flow: kindUnion(kinds.flows),
    factor: z.enum(kinds.factors.map((factor) => factor.kind)),
    accounts: z.array(z.string()).min(1).optional(),
    ...scheduled(),
  });

/** `sender` is who sends our own message; who may be seen as its sender is `from`. */
const control = () => {
  const { sender: from, ...rest } = scheduled();
  return z.strictObject({ sender: z.string(), phones: z.array(z.string()).min(1), from, ...rest });
};
