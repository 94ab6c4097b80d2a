import type { InboundMessage } from '../domain/message.ts';
import { MINUTE, SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox, InboxError } from '../ports/inbox.ts';
import type { Logger } from '../ports/logger.ts';
import type { Notify } from './notify.ts';

/** How long a last look at the deadline may take. */
const LAST_LOOK_MS = 10 * SECOND;
const FIRST_RETRY_MS = SECOND;
const LONGEST_RETRY_MS = MINUTE;
/** A session that ends sooner was not worth opening: the pauses go on growing. */
const SETTLED_MS = 5 * SECOND;

/**
 * Keeps one inbox going: polls it, holds its session, and knows whether it can be read.
 * An inbox that only takes hooks is up as long as we listen.
 */
export class InboxKeeper {
  readonly name: string;
  readonly #deps: InboxKeeperDeps;
  #up: boolean;
  #reason: string;
  /** What was told last; null while nothing is known of a session. */
  #told: boolean | null;
  readonly #opened = Promise.withResolvers<void>();
  #polling: Promise<boolean> | null = null;

  constructor(name: string, deps: InboxKeeperDeps) {
    this.name = name;
    this.#deps = deps;
    // Without its session it hears nothing.
    this.#up = !deps.inbox.connect;
    this.#reason = this.#up ? '' : 'its session is being opened';
    this.#told = this.#up ? true : null;
    if (this.#up) this.#opened.resolve();
  }

  /** Resolves when its session has been opened or has failed; at once where there is none. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get up(): boolean {
    return this.#up;
  }

  get reason(): string {
    return this.#reason;
  }

  /** Messages that came by a hook, or out of a session. Resolves when they are durable. */
  async accept(messages: readonly InboundMessage[]): Promise<void> {
    await this.#deps.accept(messages);
  }

  /** One look now; whether the inbox can be read. Looks at the same time share one request. */
  async look(signal: AbortSignal): Promise<boolean> {
    if (!this.#deps.inbox.poll) return this.#up;
    this.#polling ??= this.#poll(signal).finally(() => {
      this.#polling = null;
    });
    return this.#polling;
  }

  /** Polls and holds the session until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#pollLoop(signal), this.#sessionLoop(signal)]);
    this.#opened.resolve();
  }

  async #poll(signal: AbortSignal): Promise<boolean> {
    const { clock, inbox, logger } = this.#deps;
    const bound = new AbortController();
    const timer = clock.sleep(LAST_LOOK_MS, AbortSignal.any([signal, bound.signal]));
    const late = timer.then(
      () => bound.abort(new Error(`no answer within ${LAST_LOOK_MS / SECOND} s`)),
      () => undefined,
    );
    try {
      const found = await inbox.poll?.fetch(AbortSignal.any([signal, bound.signal]));
      await this.#deps.accept(found ?? []);
      this.#change(true, '');
      return true;
    } catch (error) {
      if (signal.aborted) return this.#up;
      const reason = error instanceof Error ? error.message : String(error);
      logger.log('warn', 'inbox_poll_failed', { inbox: this.name, reason });
      this.#failed('poll');
      this.#change(false, reason);
      return false;
    } finally {
      bound.abort();
      await late;
    }
  }

  async #pollLoop(signal: AbortSignal): Promise<void> {
    const { poll } = this.#deps.inbox;
    if (!poll) return;
    while (!signal.aborted) {
      await this.look(signal);
      await this.#deps.clock.sleep(poll.everyMs, signal).catch(() => undefined);
    }
  }

  async #sessionLoop(signal: AbortSignal): Promise<void> {
    const { inbox, clock, accept } = this.#deps;
    if (!inbox.connect) return;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        const session = await inbox.connect(accept, signal);
        this.#change(true, '');
        const openedMs = clock.monotonicMs();
        await session.ended.finally(() => {
          if (clock.monotonicMs() - openedMs >= SETTLED_MS) retryMs = FIRST_RETRY_MS;
        });
        if (signal.aborted) return;
        this.#failed('session');
        this.#change(false, 'the session ended');
      } catch (error) {
        if (signal.aborted) return;
        this.#failed('session');
        this.#change(false, error instanceof Error ? error.message : String(error));
      }
      await clock.sleep(retryMs, signal).catch(() => undefined);
      retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
    }
  }

  #failed(error: InboxError): void {
    this.#deps.notify({ kind: 'inbox_failed', inbox: this.name, error });
  }

  #change(up: boolean, reason: string): void {
    this.#up = up;
    this.#reason = reason;
    this.#opened.resolve();
    if (up === this.#told) return;
    this.#told = up;
    this.#deps.notify({ kind: 'inbox_changed', inbox: this.name, up, reason });
  }
}

export interface InboxKeeperDeps {
  readonly inbox: Inbox;
  readonly accept: (messages: readonly InboundMessage[]) => Promise<void>;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly logger: Logger;
}
