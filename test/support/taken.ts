import type { InboundMessage } from '../../src/domain/message.ts';
import type { Accept } from '../../src/ports/inbox.ts';
import { StoreDown } from '../../src/ports/store.ts';

/** What an inbox hands over, in place of the store. */
export interface Taken {
  readonly accept: Accept;
  readonly messages: InboundMessage[];
  /** While true, nothing can be stored. */
  down: boolean;
  /** Resolves with what is handed over next, stored or not. */
  next(): Promise<InboundMessage>;
}

export function takeMessages(): Taken {
  const waiting: ((message: InboundMessage) => void)[] = [];
  const taken: Taken = {
    messages: [],
    down: false,
    next: () => new Promise((resolve) => void waiting.push(resolve)),
    accept: async (messages) => {
      for (const message of messages) for (const resolve of waiting.splice(0)) resolve(message);
      if (taken.down) throw new StoreDown('the store is down');
      taken.messages.push(...messages);
    },
  };
  return taken;
}
