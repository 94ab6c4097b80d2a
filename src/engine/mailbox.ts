import type { MessageEvidence } from '../domain/attempt.ts';
import type { StoredMessage } from '../domain/message.ts';
import type { Disposition } from '../domain/outcome.ts';
import { elapsedMs, type Stamp } from '../domain/stamp.ts';
import { maskSender } from '../domain/units.ts';
import type { ReadResult } from '../domain/code.ts';
import type { MessageBook } from '../ports/store.ts';
import type { AttemptKeys } from './sealing.ts';
import { Wake } from './wake.ts';

/** One code that came for the attempt. */
export interface ArrivedCode {
  readonly code: string;
  /** t1 - t0. */
  readonly deliveryMs: number;
  readonly uncertaintyMs: number;
}

/** What the messages of one attempt have amounted to so far. */
export interface Reading {
  /** Different codes, in the order of their arrival. */
  readonly codes: readonly ArrivedCode[];
  /** Arrival of the first message without a single readable code. */
  readonly unreadableMs: number | null;
  readonly redactedMs: number | null;
  readonly wrongSenders: number;
}

/** The messages of one attempt: read once each, opened with its keys, judged against its t0. */
export class Mailbox {
  /** Rings when something may have come. */
  readonly bell = new Wake();
  readonly #seen = new Map<string, { message: StoredMessage; disposition: Disposition }>();
  readonly #codes: ArrivedCode[] = [];
  #unreadableMs: number | null = null;
  #redactedMs: number | null = null;
  readonly #deps: MailboxDeps;

  constructor(deps: MailboxDeps) {
    this.#deps = deps;
  }

  /** Reads what is new. Throws StoreDown. */
  async read(t0: Stamp): Promise<Reading> {
    const fresh = await this.#deps.messages.addressed(this.#deps.attempt);
    for (const message of fresh) {
      if (!this.#seen.has(message.id)) {
        this.#seen.set(message.id, { message, disposition: this.#judge(message, t0) });
      }
    }
    return this.reading;
  }

  get reading(): Reading {
    return {
      codes: this.#codes,
      unreadableMs: this.#unreadableMs,
      redactedMs: this.#redactedMs,
      wrongSenders: [...this.#seen.values()].filter((seen) => seen.disposition === 'wrong_sender').length,
    };
  }

  /** What the attempt decided of the messages that were left to it. */
  get settled(): { id: string; disposition: Disposition }[] {
    return [...this.#seen.values()]
      .filter((seen) => seen.message.disposition === null)
      .map(({ message, disposition }) => ({ id: message.id, disposition }));
  }

  evidence(t0: Stamp | null): MessageEvidence[] {
    return [...this.#seen.values()].map(({ message, disposition }) => ({
      id: message.id,
      providerId: message.providerId,
      disposition,
      from: maskSender(message.from),
      arrivedAt: message.arrived.at,
      afterRequestMs: t0 && elapsedMs(t0, message.arrived),
      times: message.times,
    }));
  }

  #judge(message: StoredMessage, t0: Stamp): Disposition {
    if (message.disposition !== null) return message.disposition;
    const deliveryMs = elapsedMs(t0, message.arrived);
    if (deliveryMs < 0) return 'stale';
    if (deliveryMs > this.#deps.expiryMs) return 'late';
    if (message.redacted) {
      this.#redactedMs ??= deliveryMs;
      return 'matched';
    }
    const result = this.#open(message);
    if (result.found !== 'code') {
      this.#unreadableMs ??= deliveryMs;
      return 'matched';
    }
    const { code } = result;
    if (this.#codes.some((known) => known.code === code)) return 'duplicate';
    this.#codes.push({ code, deliveryMs, uncertaintyMs: message.uncertaintyMs });
    return 'matched';
  }

  // A box that does not open is a message that we cannot read; it still came.
  #open(message: StoredMessage): ReadResult {
    if (!message.sealed) return { found: 'none' };
    try {
      return this.#deps.read(this.#deps.keys.open(message.sealed));
    } catch {
      return { found: 'none' };
    }
  }
}

export interface MailboxDeps {
  readonly attempt: string;
  readonly expiryMs: number;
  readonly keys: AttemptKeys;
  readonly messages: MessageBook;
  readonly read: (text: string) => ReadResult;
}
