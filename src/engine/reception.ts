import type { Clock } from '../ports/clock.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { Logger } from '../ports/logger.ts';
import type { Mailroom } from './mailroom.ts';
import type { Notify } from './notify.ts';
import { InboxKeeper } from './receiving.ts';

interface Opened {
  readonly inbox: Inbox;
  readonly keeper: InboxKeeper;
  readonly end: () => void;
  readonly ended: Promise<void>;
}

/**
 * The inboxes that are read. One that a reload took away is read on while an attempt waits for a code from it:
 * to close it would turn our own change into a lost code.
 */
export class Reception {
  readonly #deps: ReceptionDeps;
  readonly #opened = new Map<string, Opened>();
  /** By inbox: how many attempts wait for its messages. */
  readonly #holds = new Map<string, number>();
  #configured: ReadonlySet<string> = new Set();

  constructor(deps: ReceptionDeps) {
    this.#deps = deps;
  }

  get inboxes(): ReadonlyMap<string, Inbox> {
    return new Map([...this.#opened].map(([name, { inbox }]) => [name, inbox]));
  }

  get keepers(): ReadonlyMap<string, InboxKeeper> {
    return new Map([...this.#opened].map(([name, { keeper }]) => [name, keeper]));
  }

  /** Reads these inboxes from now on. */
  receive(inboxes: ReadonlyMap<string, Inbox>): void {
    this.#configured = new Set(inboxes.keys());
    for (const [name, inbox] of inboxes) {
      this.#opened.get(name)?.end();
      this.#opened.set(name, this.#open(name, inbox));
    }
    this.#closeUnused();
  }

  /** An attempt waits for messages of this inbox until it calls what it is given. */
  hold(inbox: string | null): () => void {
    if (inbox === null) return () => undefined;
    this.#holds.set(inbox, (this.#holds.get(inbox) ?? 0) + 1);
    return () => {
      this.#holds.set(inbox, (this.#holds.get(inbox) ?? 1) - 1);
      this.#closeUnused();
    };
  }

  /** Resolves when it is known whether these inboxes can be read. */
  async opened(inboxes: readonly (string | null)[]): Promise<void> {
    const known = inboxes.flatMap((inbox) => (inbox === null ? [] : (this.#opened.get(inbox)?.keeper ?? [])));
    await Promise.all(known.map((keeper) => keeper.opened));
  }

  isUp(inbox: string | null): boolean {
    return inbox === null || (this.#opened.get(inbox)?.keeper.up ?? false);
  }

  /** One look now; whether the inbox can be read. */
  async lookInto(inbox: string | null, signal: AbortSignal): Promise<boolean> {
    return inbox === null || ((await this.#opened.get(inbox)?.keeper.look(signal)) ?? false);
  }

  async stop(): Promise<void> {
    const all = [...this.#opened.values()];
    for (const { end } of all) end();
    await Promise.all(all.map(({ ended }) => ended));
  }

  #open(name: string, inbox: Inbox): Opened {
    const { mailroom, clock, notify, logger } = this.#deps;
    const accept = (messages: Parameters<Mailroom['accept']>[0]) => mailroom.accept(messages);
    const keeper = new InboxKeeper(name, { inbox, accept, clock, notify, logger });
    const ending = new AbortController();
    const end = () => ending.abort(new Error('this inbox is read no more'));
    return { inbox, keeper, end, ended: keeper.run(ending.signal) };
  }

  #closeUnused(): void {
    for (const [name, { end }] of this.#opened) {
      if (this.#configured.has(name) || (this.#holds.get(name) ?? 0) > 0) continue;
      end();
      this.#opened.delete(name);
    }
  }
}

export interface ReceptionDeps {
  readonly mailroom: Mailroom;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly logger: Logger;
}
