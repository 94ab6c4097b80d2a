import type { Pdu } from 'smpp';
import type { Accept } from '../../ports/inbox.ts';
import type { Answer, Deliveries } from './deliveries.ts';
import type { Link } from './link.ts';

/** The requests of the SMSC within one session, each answered once. */
export class Served {
  readonly #deps: ServedDeps;
  readonly #busy = new Set<Promise<void>>();
  /** Acknowledged, and not known to have been read. */
  readonly #sent = new Set<Answer>();
  #closed = false;

  constructor(deps: ServedDeps) {
    this.#deps = deps;
  }

  /** Takes one request; never throws. */
  take(request: Pdu, link: Link): void {
    if (request.command === 'deliver_sm' || request.command === 'data_sm') {
      const work = this.#deliver(request, link);
      this.#busy.add(work);
      void work.finally(() => this.#busy.delete(work));
    } else if (request.command === 'unbind') {
      link.reply(request, 'ESME_ROK');
      link.end('the SMSC ended the session (unbind)');
    } else if (request.command !== 'alert_notification') {
      // That one has no answer, and tells of a phone that is there again.
      link.reply(request, request.command === 'enquire_link' ? 'ESME_ROK' : 'ESME_RINVCMDID');
    }
  }

  /** The acknowledgements so far that the SMSC may not have read. */
  unconfirmed(): readonly Answer[] {
    return [...this.#sent];
  }

  /** It has read them. */
  confirm(answers: readonly Answer[]): void {
    for (const answer of answers) this.#sent.delete(answer);
  }

  /** The connection is gone: what the SMSC may not have read, it may send again. */
  close(): void {
    this.#closed = true;
    for (const answer of this.#sent) answer.lost();
    this.#sent.clear();
  }

  async idle(): Promise<void> {
    await Promise.all(this.#busy);
  }

  async #deliver(request: Pdu, link: Link): Promise<void> {
    const { deliveries, accept, ending } = this.#deps;
    const answer = await deliveries.take(request, accept, ending);
    link.reply(request, answer.status);
    if (this.#closed) answer.lost();
    else this.#sent.add(answer);
  }
}

export interface ServedDeps {
  readonly deliveries: Deliveries;
  readonly accept: Accept;
  /** Aborts when the session ends: no part is waited for any longer. */
  readonly ending: AbortSignal;
}
