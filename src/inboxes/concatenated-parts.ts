import { MINUTE } from '../domain/units.ts';
import type { InboundMessage } from '../domain/message.ts';

/** One part of a message that was too long for one SMS (3GPP TS 23.040, 9.2.3.24.1). */
export interface Part {
  /** The part alone, with its own id and text. */
  readonly message: InboundMessage;
  /** The same in all parts of a message; senders count it from 0 to 255 and begin again. */
  readonly reference: string;
  /** From 1. */
  readonly number: number;
  readonly total: number;
}

export type Assembly =
  /** Others are still to come: the provider has to keep this one, and send it again. */
  | { readonly state: 'waiting'; readonly have: number }
  /** `kept` forgets the texts; to be called when the whole is durable. */
  | { readonly state: 'whole'; readonly message: InboundMessage; readonly kept: () => void }
  /** It belongs to a whole that is durable. */
  | { readonly state: 'kept' };

/** 64 parts of 153 characters are about as much as a text may have here. */
export const MAX_PARTS = 64;
/** How long parts are held for one that does not come: as long as a phone rests after a lost code. */
const HOLD_MS = 10 * MINUTE;
/** The oldest go first; of those that are durable only the ids are left. */
const MAX_SETS = 200;

interface PartSet {
  readonly parts: Map<number, InboundMessage>;
  /** Of all its parts: providers send each again until they are told that it is here. */
  readonly ids: Set<string>;
  whole: InboundMessage | null;
  isKept: boolean;
  readonly heldSinceMs: number;
}

/**
 * Joins parts, in whatever order and however often they come. A set is waiting, then whole, then kept: parts live in
 * memory alone, so none may be acknowledged before the whole is durable. A part that never comes leaves the message
 * unread, as on a phone; what is held is bounded in number and time.
 */
export class ConcatenatedParts {
  readonly #sets = new Map<string, PartSet>();

  add(part: Part): Assembly {
    const { message, number, total } = part;
    const nowMs = message.arrived.monotonicMs;
    this.#forget(nowMs);
    const key = JSON.stringify([message.from, message.to, part.reference, total]);
    const set = this.#setFor(key, part, nowMs);
    if (set.isKept) return { state: 'kept' };
    set.ids.add(message.providerId);
    if (!set.parts.has(number)) set.parts.set(number, message);
    if (set.parts.size < total) return { state: 'waiting', have: set.parts.size };
    set.whole ??= join(set.parts, message);
    const kept = () => {
      set.isKept = true;
      set.parts.clear();
      set.whole = null;
    };
    return { state: 'whole', message: set.whole, kept };
  }

  /** The set that the part is of; a new one if the reference came around again. */
  #setFor(key: string, { message, number }: Part, nowMs: number): PartSet {
    const known = this.#sets.get(key);
    if (known?.ids.has(message.providerId)) return known;
    const before = known?.parts.get(number);
    const isOfKnown = known && !known.isKept && (before === undefined || before.body === message.body);
    if (isOfKnown) return known;
    const set = { parts: new Map(), ids: new Set<string>(), whole: null, isKept: false, heldSinceMs: nowMs };
    this.#sets.delete(key);
    this.#sets.set(key, set);
    const [oldest] = this.#sets.keys();
    if (this.#sets.size > MAX_SETS && oldest !== undefined) this.#sets.delete(oldest);
    return set;
  }

  /** What is dropped here was not acknowledged, so that it comes again. */
  #forget(nowMs: number): void {
    for (const [key, set] of this.#sets) {
      if (!set.isKept && nowMs - set.heldSinceMs > HOLD_MS) this.#sets.delete(key);
    }
  }
}

/** The whole came when its last part came; its id is the first part's, whichever part came last. */
function join(parts: ReadonlyMap<number, InboundMessage>, last: InboundMessage): InboundMessage {
  const ordered = [...parts].toSorted(([one], [other]) => one - other).map(([, message]) => message);
  const body = ordered.map((message) => message.body).join('');
  return { ...last, providerId: ordered[0]?.providerId ?? last.providerId, body };
}
