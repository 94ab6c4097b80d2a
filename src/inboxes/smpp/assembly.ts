import { createHash } from 'node:crypto';
import { elapsedMs, type Stamp } from '../../domain/stamp.ts';
import { MINUTE } from '../../domain/units.ts';
import type { Part } from './delivery.ts';

/**
 * One message of one or more parts, known from its first part until the SMSC has nothing more to send of it:
 *
 * collecting  parts are missing; none is acknowledged;
 * complete    it is handed over, as often as the SMSC tries again, until it is durable;
 * durable     a part that the SMSC may still send again is known and acknowledged at once.
 */
export interface Message {
  readonly key: string;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly total: number;
  readonly firstPart: Stamp;
  readonly parts: Map<number, { readonly digest: string; readonly text: string }>;
  /** When the last part that was missing came; null while one is. */
  complete: Stamp | null;
  durable: boolean;
  /** Parts that the SMSC sends again for sure or perhaps, because it was refused them or did not get the answer. */
  readonly owed: Set<number>;
  /** When a part of it was last seen, or owed. */
  touched: Stamp;
}

export interface PartOf {
  readonly message: Message;
  readonly number: number;
  /** The message is durable: acknowledge, and do no more. */
  readonly known: boolean;
}

/** The SMSC keeps what it was not acknowledged, so what is dropped here comes again. */
const MAX_MESSAGES = 1000;
/** After this long a lone part is given up; gammu-smsd's MultipartTimeout is the same. */
const PATIENCE_MS = 10 * MINUTE;
/** Later than this, what looks the same is another message. */
const MEMORY_MS = 30 * MINUTE;

/** Puts parts together, in whatever order and however often they come. */
export class Assembly {
  readonly #messages = new Map<string, Message>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  get size(): number {
    return this.#messages.size;
  }

  add(part: Part, arrived: Stamp): PartOf {
    const digest = digestOf(part);
    const number = part.concatenation?.part ?? 1;
    const key = keyOf(part, digest);
    const found = this.#find(key, arrived);
    const same = found?.parts.get(number)?.digest === digest;
    const again = found && same && (!found.durable || found.owed.has(number));
    if (found && again) {
      found.touched = arrived;
      found.owed.delete(number);
      if (found.durable) this.#forgetSettled(found);
      return { message: found, number, known: found.durable };
    }
    // The same part with another text, or once more although it was taken: a sender has used its reference again.
    const message = found && !found.parts.has(number) ? found : this.#begin(key, part, arrived);
    message.parts.set(number, { digest, text: part.text });
    message.touched = arrived;
    if (message.parts.size === message.total) message.complete = arrived;
    return { message, number, known: false };
  }

  /** Whether the parts that are missing have been missing for too long; it is then forgotten. */
  giveUp(message: Message, now: Stamp): boolean {
    if (message.complete || elapsedMs(message.firstPart, now) < PATIENCE_MS) return false;
    this.#remove(message);
    return true;
  }

  /** It is stored; what the SMSC has not got an answer for yet is owed. */
  settle(message: Message, answered: Iterable<number>): void {
    message.durable = true;
    const done = new Set(answered);
    for (const number of message.parts.keys()) if (!done.has(number)) message.owed.add(number);
    this.#forgetSettled(message);
  }

  /** The SMSC may not have got the acknowledgement of this part: the connection ended too soon. */
  owe(message: Message, number: number, now: Stamp): void {
    message.owed.add(number);
    message.touched = now;
    this.#keep(message);
  }

  #find(key: string, now: Stamp): Message | null {
    const found = this.#messages.get(key);
    return found && elapsedMs(found.touched, now) < MEMORY_MS ? found : null;
  }

  #begin(key: string, part: Part, arrived: Stamp): Message {
    const { from, to } = part;
    const total = part.concatenation?.total ?? 1;
    const known = { key, id: this.#newId(), from, to, total, firstPart: arrived, touched: arrived };
    const message: Message = {
      ...known,
      parts: new Map(),
      complete: null,
      durable: false,
      owed: new Set(),
    };
    this.#keep(message);
    return message;
  }

  #keep(message: Message): void {
    this.#messages.delete(message.key);
    this.#messages.set(message.key, message);
    const [oldest] = this.#messages.values();
    if (this.#messages.size > MAX_MESSAGES && oldest) this.#remove(oldest);
  }

  #forgetSettled(message: Message): void {
    if (message.owed.size === 0) this.#remove(message);
  }

  #remove(message: Message): void {
    if (this.#messages.get(message.key) === message) this.#messages.delete(message.key);
  }
}

/** The whole text; cut, as no code stands that far behind. */
export const textOf = (message: Message): string =>
  [...message.parts]
    .toSorted(([a], [b]) => a - b)
    .map(([, part]) => part.text)
    .join('')
    .slice(0, MAX_TEXT)
    .toWellFormed();

const MAX_TEXT = 10_000;

/** Parts of one message agree in who sent it to whom, in their reference and their number. */
function keyOf({ from, to, concatenation }: Part, digest: string): string {
  const which = concatenation ? [concatenation.reference, concatenation.total] : ['single', digest];
  return JSON.stringify([from, to, ...which]);
}

/** Two deliveries of one part look the same; the text itself need not be kept to see that. */
const digestOf = ({ text }: Part): string => createHash('sha256').update(text).digest('base64');
