import type { Pdu } from 'smpp';
import type { InboundMessage } from '../../domain/message.ts';
import { SECOND } from '../../domain/units.ts';
import type { Accept, InboxDeps } from '../../ports/inbox.ts';
import { Assembly, textOf, type Message } from './assembly.ts';
import { readDelivery, type DeliveryRules } from './delivery.ts';

/** How long the answer to a part waits for the others, in case the SMSC sends no second message before the first answer. */
const HOLD_MS = SECOND;

/** What the SMSC is answered: SMPP 3.4, section 5.1.3. */
export type DeliveryStatus = 'ESME_ROK' | 'ESME_RX_T_APPN' | 'ESME_RX_R_APPN' | 'ESME_RINVDSTADR';

/** An acknowledgement on its way; `lost` when the connection ended before the SMSC surely had it. */
export interface Answer {
  readonly status: DeliveryStatus;
  readonly lost: () => void;
}

/** What came of handing a message over, and whom to wake when it is complete. */
interface Progress {
  readonly complete: AbortController;
  handing: Promise<boolean> | null;
  readonly waiting: Set<number>;
}

/**
 * What a session's messages become, across sessions: acknowledged once durable; refused for a while when they cannot
 * be stored or parts are missing, so that the SMSC sends them again and a restart loses none.
 */
export class Deliveries {
  readonly #deps: DeliveriesDeps;
  readonly #assembly: Assembly;
  readonly #progress = new WeakMap<Message, Progress>();
  #count = 0;

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps;
    // SMPP gives messages no id that is kept when they are sent again: we number them.
    this.#assembly = new Assembly(() => `${deps.inbox.stamp().boot}/${(this.#count += 1)}`);
  }

  /** The answer to one deliver_sm or data_sm. Never rejects. */
  async take(pdu: Pdu, accept: Accept, signal: AbortSignal): Promise<Answer> {
    const arrived = this.#deps.inbox.stamp();
    const delivery = readDelivery(pdu, this.#deps.rules);
    if (delivery.kind === 'receipt') return final('ESME_ROK');
    if (delivery.kind === 'unreadable') {
      this.#warn('smpp_message_refused', { reason: delivery.why });
      return final(delivery.status);
    }
    const { message, number, known } = this.#assembly.add(delivery.part, arrived);
    const lost = () => this.#assembly.owe(message, number, this.#deps.inbox.stamp());
    if (known) return { status: 'ESME_ROK', lost };
    const progress = this.#progressOf(message);
    progress.waiting.add(number);
    const stored = await this.#storeWhenComplete(message, progress, { accept, signal });
    progress.waiting.delete(number);
    if (stored) return { status: 'ESME_ROK', lost };
    if (!this.#assembly.giveUp(message, this.#deps.inbox.stamp())) return final('ESME_RX_T_APPN');
    this.#warn('smpp_message_incomplete', { parts: message.parts.size, of: message.total });
    return final('ESME_RX_R_APPN');
  }

  async #storeWhenComplete(message: Message, progress: Progress, session: Session): Promise<boolean> {
    if (message.complete) progress.complete.abort();
    else await this.#hold(progress.complete.signal, session.signal);
    if (!message.complete) return false;
    progress.handing ??= this.#handOver(message, progress, session.accept).finally(() => {
      progress.handing = null;
    });
    return progress.handing;
  }

  async #hold(complete: AbortSignal, ending: AbortSignal): Promise<void> {
    const { clock } = this.#deps.inbox;
    await clock.sleep(HOLD_MS, AbortSignal.any([complete, ending])).catch(() => undefined);
  }

  async #handOver(message: Message, progress: Progress, accept: Accept): Promise<boolean> {
    if (message.durable) return true;
    try {
      await accept([this.#inbound(message)]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#warn('smpp_message_not_stored', { reason });
      return false;
    }
    this.#assembly.settle(message, progress.waiting);
    return true;
  }

  #inbound(message: Message): InboundMessage {
    const { id, from, to, complete, firstPart } = message;
    const arrived = complete ?? firstPart;
    const body = textOf(message);
    const common = { inbox: this.#deps.inbox.name, uncertaintyMs: 0, times: [], redacted: false };
    return { ...common, providerId: id, from, to, body, arrived };
  }

  #progressOf(message: Message): Progress {
    const known = this.#progress.get(message);
    if (known) return known;
    const progress: Progress = { complete: new AbortController(), handing: null, waiting: new Set() };
    this.#progress.set(message, progress);
    return progress;
  }

  #warn(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#deps.inbox.logger.log('warn', event, { inbox: this.#deps.inbox.name, ...fields });
  }
}

type Session = { readonly accept: Accept; readonly signal: AbortSignal };

const final = (status: DeliveryStatus): Answer => ({ status, lost: () => undefined });

export interface DeliveriesDeps {
  readonly inbox: Pick<InboxDeps, 'name' | 'stamp' | 'clock' | 'logger'>;
  readonly rules: DeliveryRules;
}
