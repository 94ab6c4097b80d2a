import { z } from 'zod';
import { MINUTE, SECOND } from '../../domain/units.ts';
import type { Inbox, InboxDeps, InboxFacts } from '../../ports/inbox.ts';
import { defineKind } from '../../ports/kind.ts';
import { duration, secret } from '../../ports/settings.ts';
import { loadSmpp } from '../../vendors/smpp.ts';
import { Deliveries } from './deliveries.ts';
import { openSession } from './session.ts';
import { ALPHABETS } from './text-coding.ts';

const schema = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(2775),
  tls: z.boolean().default(false),
  /** Certificates to trust instead of the usual authorities, in PEM. */
  ca: z.string().min(1).optional(),
  systemId: z.string().min(1),
  password: secret(),
  systemType: z.string().optional(),
  bind: z.enum(['receiver', 'transceiver']).default('receiver'),
  addressRange: z.string().optional(),
  /** What data_coding 0 stands for at this SMSC. */
  alphabet: z.enum(ALPHABETS).default('gsm'),
  /** How often to ask whether the SMSC is still there. */
  enquireLink: duration()
    .prefault('30s')
    .refine((ms) => ms >= SECOND && ms <= 10 * MINUTE, 'expected a duration from 1s to 10m'),
});

const UNENCRYPTED = { notice: 'without tls, the password and codes can be read on the way' };

/** An SMSC that delivers the messages of our numbers over SMPP 3.4, see docs/inboxes/smpp.md. */
export const smppInbox = defineKind({
  kind: 'smpp',
  schema,
  create: createSmppInbox,
  check: ({ tls, host }, _facts: InboxFacts) => (tls || isLoopback(host) ? [] : [UNENCRYPTED]),
});

const isLoopback = (host: string): boolean => /^(localhost|::1|127\.[0-9.]+)$/i.test(host);

function createSmppInbox(settings: z.output<typeof schema>, deps: InboxDeps): Inbox {
  let deliveries: Deliveries | null = null;
  return {
    connect: async (accept, signal) => {
      const { gsmCoder } = await loadSmpp();
      const gsm = (octets: Uint8Array, language: number) => gsmCoder.decode(octets, language);
      const rules = { standard: settings.alphabet, gsm, numbers: deps.numbers };
      deliveries ??= new Deliveries({ inbox: deps, rules });
      return openSession(settings, { clock: deps.clock, deliveries, accept }, signal);
    },
  };
}
