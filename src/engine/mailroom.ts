import type { InboundMessage } from '../domain/message.ts';
import { maskSender, type PhoneNumber } from '../domain/units.ts';
import { StoreDown, type MessageBook, type MessageEntry, type RecordAnswer } from '../ports/store.ts';
import type { Notify } from './notify.ts';
import type { Stamp } from '../domain/stamp.ts';
import { sealTo } from './sealing.ts';
import { Unkept } from './unkept.ts';

export type Disarm = () => void;

/** The lease may change hands between two tries; more often than this means something else is wrong. */
const MAX_TRIES = 4;

interface Armed {
  readonly attempt: string;
  readonly publicKey: string;
  /** The phone's number, by the configuration that the attempt began with. */
  readonly number: PhoneNumber | null;
  readonly wake: () => void;
}

/**
 * Where messages and attempts meet, and the only place. A message is durable before `accept` resolves; whose it is
 * was decided then, in the store, by phone, time and sender. The attempt is only woken: it reads from the store.
 */
export class Mailroom {
  readonly #byPhone = new Map<string, Armed>();
  readonly #unkept = new Unkept();
  #phones: ReadonlyMap<PhoneNumber, string> = new Map();
  readonly #deps: MailroomDeps;

  constructor(deps: MailroomDeps) {
    this.#deps = deps;
  }

  /** The phones whose messages are ours, by number. */
  route(numbers: ReadonlyMap<PhoneNumber, string>): void {
    this.#phones = numbers;
  }

  /** Opens a mailbox for an attempt that has leased the phone; `wake` is called when something came for it. */
  arm(phone: string, armed: Armed): Disarm {
    this.#byPhone.set(phone, armed);
    return () => {
      if (this.#byPhone.get(phone) === armed) this.#byPhone.delete(phone);
    };
  }

  /** Another node may have stored something for this attempt, or, with null, for any. */
  wake(attempt: string | null): void {
    for (const armed of this.#byPhone.values()) {
      if (attempt === null || armed.attempt === attempt) armed.wake();
    }
  }

  /** Whether a message of the phone has come since then that could not be kept, and has not come again. */
  hasUnkept(phone: string | null, since: Stamp): boolean {
    return this.#unkept.hasSince(phone, since);
  }

  /** Resolves when every message is durable; throws StoreDown when one is not. */
  async accept(messages: readonly InboundMessage[]): Promise<void> {
    const results = await Promise.allSettled(messages.map((message) => this.#record(message)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #record(message: InboundMessage): Promise<void> {
    const phone = this.#phoneOf(message.to);
    try {
      await this.#keep(this.#unkept.dated(message), phone);
      this.#unkept.remove(message);
    } catch (error) {
      if (error instanceof StoreDown) this.#unkept.add(message, phone);
      throw error;
    }
  }

  async #keep(message: InboundMessage, phone: string | null): Promise<void> {
    let seal: Pick<Armed, 'attempt' | 'publicKey'> | null = this.#armed(phone);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const answer = await this.#deps.messages.record(entryOf(message, phone, seal));
      if (answer.kind !== 'seal') {
        this.#tell(message, phone, answer);
        return;
      }
      seal = answer;
    }
    throw new StoreDown('the lease of the phone kept changing hands while its message was stored');
  }

  #tell(message: InboundMessage, phone: string | null, answer: RecordAnswer): void {
    if (answer.kind !== 'recorded') return;
    const { disposition, afterExpiry } = answer;
    if (disposition !== null) {
      const { inbox, arrived } = message;
      const from = maskSender(message.from);
      this.#deps.notify({
        kind: 'message_settled',
        inbox,
        phone,
        from,
        disposition,
        at: arrived.at,
        afterExpiry,
      });
    }
    const armed = this.#armed(phone);
    if (armed && armed.attempt === answer.attempt) armed.wake();
  }

  /** A reload may take away or rename a phone that an attempt still waits on: its messages are the attempt's. */
  #phoneOf(number: PhoneNumber): string | null {
    for (const [phone, armed] of this.#byPhone) if (armed.number === number) return phone;
    return this.#phones.get(number) ?? null;
  }

  #armed(phone: string | null): Armed | null {
    return (phone === null ? undefined : this.#byPhone.get(phone)) ?? null;
  }
}

function entryOf(
  message: InboundMessage,
  phone: string | null,
  seal: Pick<Armed, 'attempt' | 'publicKey'> | null,
): MessageEntry {
  const { body, to: _to, ...kept } = message;
  const box = seal && { attempt: seal.attempt, box: sealTo(seal.publicKey, body) };
  return { message: kept, phone, sealed: box };
}

export interface MailroomDeps {
  readonly messages: MessageBook;
  readonly notify: Notify;
}
