import type { InboundMessage } from '../domain/message.ts';
import type { Stamp } from '../domain/stamp.ts';

/** More than come in while a disk is full; the oldest are forgotten first. */
const REMEMBERED = 10_000;

interface Refused {
  readonly phone: string | null;
  readonly arrived: Stamp;
  readonly uncertaintyMs: number;
}

/**
 * Messages that came while the store could not keep them, and have not come again: nothing of theirs but when they came.
 * A code among them is not lost, and one that is sent again was here before.
 */
export class Unkept {
  /** By inbox and the provider's id. */
  readonly #refused = new Map<string, Refused>();

  add(message: InboundMessage, phone: string | null): void {
    const key = keyOf(message);
    if (this.#refused.has(key)) return;
    const { arrived, uncertaintyMs } = message;
    this.#refused.set(key, { phone, arrived, uncertaintyMs });
    const [oldest] = this.#refused.keys();
    if (this.#refused.size > REMEMBERED && oldest !== undefined) this.#refused.delete(oldest);
  }

  /** The message as it came first. */
  dated(message: InboundMessage): InboundMessage {
    const first = this.#refused.get(keyOf(message));
    return first ? { ...message, arrived: first.arrived, uncertaintyMs: first.uncertaintyMs } : message;
  }

  remove(message: InboundMessage): void {
    this.#refused.delete(keyOf(message));
  }

  /** Whether one of the phone's has come since then. */
  hasSince(phone: string | null, since: Stamp): boolean {
    if (phone === null) return false;
    return [...this.#refused.values()].some(
      (one) => one.phone === phone && one.arrived.monotonicMs >= since.monotonicMs,
    );
  }
}

const keyOf = ({ inbox, providerId }: InboundMessage): string => JSON.stringify([inbox, providerId]);
