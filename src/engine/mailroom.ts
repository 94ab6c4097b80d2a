import type { InboundMessage } from '../domain/message.ts';
import { maskSender, type PhoneNumber } from '../domain/units.ts';
import type { Logger } from '../ports/logger.ts';
import type { MessageBook, MessageEntry, RecordAnswer } from '../ports/store.ts';
import type { Notify } from './notify.ts';
import { sealTo } from './sealing.ts';

/**
 * Where messages and attempts meet, and the only place. A message is durable before `accept` resolves; whose it is
 * was decided then, in the store, by phone, time and sender. The attempt is only woken: it reads from the store.
 */
export interface Mailroom {
  accept(messages: readonly InboundMessage[]): Promise<void>;
  /** Opens a mailbox for an attempt that has leased the phone; `wake` is called when something came for it. */
  arm(attempt: string, phone: string, publicKey: string, wake: () => void): Disarm;
  /** The phones whose messages are ours, by number. */
  route(numbers: ReadonlyMap<PhoneNumber, string>): void;
}

export type Disarm = () => void;

/** The lease may change hands between two tries; more often than this means something else is wrong. */
const MAX_TRIES = 4;

interface Armed {
  readonly attempt: string;
  readonly publicKey: string;
  readonly wake: () => void;
}

export function createMailroom(deps: {
  readonly messages: MessageBook;
  readonly notify: Notify;
  readonly logger: Logger;
}): Mailroom {
  const byPhone = new Map<string, Armed>();
  let phones: ReadonlyMap<PhoneNumber, string> = new Map();

  async function record(message: InboundMessage): Promise<void> {
    const phone = phones.get(message.to) ?? null;
    const armed = phone === null ? undefined : byPhone.get(phone);
    let seal: { attempt: string; publicKey: string } | null = armed ?? null;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const answer = await deps.messages.record(entryOf(message, phone, seal));
      if (answer.kind !== 'seal') {
        tell(message, phone, answer);
        return;
      }
      seal = answer;
    }
    throw new Error('the lease of the phone kept changing hands while its message was stored');
  }

  function tell(message: InboundMessage, phone: string | null, answer: RecordAnswer): void {
    if (answer.kind !== 'recorded') return;
    if (answer.disposition !== null) {
      deps.notify({
        kind: 'message_settled',
        inbox: message.inbox,
        phone,
        from: maskSender(message.from),
        disposition: answer.disposition,
        at: message.arrived.at,
        afterExpiry: answer.afterExpiry,
      });
    }
    const armed = phone === null ? undefined : byPhone.get(phone);
    if (armed && armed.attempt === answer.attempt) armed.wake();
  }

  return {
    accept: async (messages) => {
      const results = await Promise.allSettled(messages.map(record));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    arm: (attempt, phone, publicKey, wake) => {
      const armed = { attempt, publicKey, wake };
      byPhone.set(phone, armed);
      return () => {
        if (byPhone.get(phone) === armed) byPhone.delete(phone);
      };
    },
    route: (numbers) => {
      phones = numbers;
    },
  };
}

function entryOf(
  message: InboundMessage,
  phone: string | null,
  seal: { attempt: string; publicKey: string } | null,
): MessageEntry {
  const { body, to: _to, ...kept } = message;
  const box = seal && { attempt: seal.attempt, box: sealTo(seal.publicKey, body) };
  return { message: kept, phone, sealed: box };
}
