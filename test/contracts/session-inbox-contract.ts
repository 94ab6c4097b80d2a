import { describe, expect, test } from 'vitest';
import type { Inbox } from '../../src/ports/inbox.ts';
import { takeMessages, type Taken } from '../support/taken.ts';
import type { PushedMessage } from './inbox-contract.ts';

/** A provider that an inbox holds a session with. */
export interface SessionHarness {
  readonly inbox: Inbox;
  /** Brings a message as the provider would. */
  bring(message: PushedMessage): Promise<unknown>;
  /** Lets the provider try again, or be asked again, for what was not taken. */
  again(): Promise<unknown>;
  /** The provider is gone without a word. */
  cut(): Promise<unknown>;
  /** Makes the provider refuse our credentials. */
  refuse(): void;
  /** The provider's connections. */
  readonly open: number;
}

export interface SessionFacts {
  /** Names that senders of this kind have. */
  readonly senders: readonly string[];
  readonly message: PushedMessage;
}

/** What every inbox that holds a session must do. */
export function sessionInboxContract(
  name: string,
  facts: SessionFacts,
  open: () => Promise<SessionHarness>,
): void {
  describe(`an inbox of kind ${name}`, () => {
    test('hands over a message, normalised, with the time of its arrival', async () => {
      const { harness, taken, stop } = await begin(open);
      const next = taken.next();
      await harness.bring(facts.message);
      const { body, ...message } = await next;
      expect(message).toMatchObject({
        inbox: 'main',
        from: facts.message.from,
        to: facts.message.to,
        uncertaintyMs: 0,
        redacted: false,
      });
      expect(body).toContain(facts.message.text);
      expect(message.providerId).toMatch(/^[\x21-\x7e]{1,200}$/);
      expect(message.arrived).toEqual({
        at: expect.any(Number),
        monotonicMs: expect.any(Number),
        boot: 'b1',
      });
      await stop();
    });

    test('keeps the names of senders', async () => {
      const { harness, taken, stop } = await begin(open);
      for (const from of facts.senders) {
        const next = taken.next();
        await harness.bring({ ...facts.message, from });
        expect((await next).from).toBe(from);
      }
      await stop();
    });

    test('tells two messages apart although their texts are the same', async () => {
      const { harness, taken, stop } = await begin(open);
      const ids: string[] = [];
      for (let count = 0; count < 2; count += 1) {
        const next = taken.next();
        await harness.bring(facts.message);
        ids.push((await next).providerId);
      }
      expect(new Set(ids).size).toBe(2);
      await stop();
    });

    test('hands a message that could not be stored over again, as the same message of the same moment', async () => {
      const { harness, taken, stop } = await begin(open);
      taken.down = true;
      const refused = taken.next();
      await harness.bring(facts.message);
      const first = await refused;
      taken.down = false;
      const retried = taken.next();
      await harness.again();
      expect(await retried).toEqual(first);
      await stop();
    });

    test('ends with a reason when the provider is gone', async () => {
      const { harness, session } = await begin(open);
      const ended = session.ended.catch((error: unknown) => error);
      await harness.cut();
      expect(await ended).toMatchObject({
        outcome: 'receiver_down',
        message: expect.stringMatching(/.{10}/),
      });
    });

    test('ends without a fault, and leaves no connection, when it is told to', async () => {
      const { harness, session, stop } = await begin(open);
      await stop();
      await expect(session.ended).resolves.toBeUndefined();
      expect(harness.open).toBe(0);
    });

    test('says what to check when its credentials are refused, and leaves no connection', async () => {
      const harness = await open();
      harness.refuse();
      const opened = harness.inbox.connect?.(takeMessages().accept, new AbortController().signal);
      await expect(opened).rejects.toMatchObject({
        outcome: 'receiver_down',
        message: expect.stringMatching(/refused.*check/),
      });
      await expect.poll(() => harness.open).toBe(0);
    });
  });
}

interface Begun {
  readonly harness: SessionHarness;
  readonly taken: Taken;
  readonly session: { readonly ended: Promise<void> };
  readonly stop: () => Promise<void>;
}

async function begin(open: () => Promise<SessionHarness>): Promise<Begun> {
  const harness = await open();
  const taken = takeMessages();
  const ending = new AbortController();
  const session = await harness.inbox.connect?.(taken.accept, ending.signal);
  if (!session) throw new Error('the inbox holds no session');
  const stop = async () => {
    ending.abort(new Error('the test is over'));
    await session.ended;
    await expect.poll(() => harness.open).toBe(0);
  };
  return { harness, taken, session, stop };
}
