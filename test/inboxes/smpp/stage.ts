import type { Fields } from 'smpp';
import { onTestFinished } from 'vitest';
import { smppInbox } from '../../../src/inboxes/smpp/smpp.ts';
import type { Inbox } from '../../../src/ports/inbox.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startFakeSmsc, type BoundSession, type FakeSmsc } from '../../support/fake-smsc.ts';
import { inboxDeps } from '../../support/inbox-deps.ts';
import { takeMessages, type Taken } from '../../support/taken.ts';

export const PASSWORD = 'pw-of-us';

export function createInbox(smsc: FakeSmsc, clock: FakeClock, settings: object = {}): Inbox {
  const own = { host: '127.0.0.1', port: smsc.port, systemId: 'us', password: PASSWORD };
  return smppInbox.create(smppInbox.schema.parse({ ...own, ...settings }), inboxDeps(clock));
}

export interface Stage {
  readonly smsc: FakeSmsc;
  readonly clock: FakeClock;
  readonly inbox: Inbox;
  readonly taken: Taken;
  readonly session: BoundSession;
  /** Of our side. */
  readonly ended: Promise<unknown>;
  /** Asks our side to end. */
  readonly stop: AbortController;
  /** Another session of the same inbox. */
  rebind(): Promise<BoundSession>;
}

/** An SMSC and an inbox that is bound to it. */
export async function bindStage(settings: object = {}, options: { tls?: boolean } = {}): Promise<Stage> {
  const smsc = await startFakeSmsc(options);
  const clock = new FakeClock();
  const inbox = createInbox(smsc, clock, settings);
  const taken = takeMessages();
  const stop = new AbortController();
  onTestFinished(() => stop.abort(new Error('the test is over')));
  const open = async () => {
    const opened = await inbox.connect?.(taken.accept, stop.signal);
    if (!opened) throw new Error('the inbox holds no session');
    const ended = opened.ended.then(
      () => null,
      (error: unknown) => error,
    );
    return { ended, session: await smsc.bound() };
  };
  const { ended, session } = await open();
  const rebind = async () => (await open()).session;
  return { smsc, clock, inbox, taken, session, ended, stop, rebind };
}

/** A deliver_sm as an SMSC sends one to us, with its text as octets. */
export const deliver = (octets: Buffer | string, fields: Fields = {}): Fields => ({
  source_addr_ton: 5,
  source_addr: 'ACME',
  dest_addr_ton: 1,
  dest_addr_npi: 1,
  destination_addr: '15005550111',
  data_coding: 3,
  short_message: typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets,
  ...fields,
});

/** A part with a user data header that says so, with an 8-bit reference. */
export const part = (number: number, total: number, text: string, reference = 7): Fields =>
  deliver(Buffer.concat([Buffer.from([5, 0, 3, reference, total, number]), Buffer.from(text, 'latin1')]), {
    esm_class: 0x40,
  });
