import type { Attempt } from '../domain/attempt.ts';
import { SECOND, maskSender } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ProbeEvent } from '../ports/observer.ts';
import { StoreDown, type AttemptBook, type SettledMessage, type Settlement } from '../ports/store.ts';
import type { Notify } from './notify.ts';

export type HandIn = (attempt: Attempt, settlement: Settlement) => Promise<void>;

/** Keeps results; while the store is away they wait in memory. Observers hear of a result once it is kept. */
export function createHandIn(deps: HandInDeps): HandIn {
  return async (attempt, settlement) => {
    for (let told = false; ; told = true) {
      try {
        const answer = await deps.attempts.finish(attempt, settlement);
        deps.notify(answer.stored ? { kind: 'attempt_finished', attempt } : droppedEvent(attempt));
        for (const settled of answer.settled) deps.notify(settledEvent(settled));
        return;
      } catch (error) {
        if (!(error instanceof StoreDown)) throw error;
        const fields = { attempt: attempt.id, reason: error.message };
        if (!told) deps.logger.log('error', 'result_waits_for_store', fields);
        await deps.clock.sleep(SECOND, deps.giveUp);
      }
    }
  };
}

const droppedEvent = ({ id, probe, target, phone, route }: Attempt): ProbeEvent => ({
  kind: 'attempt_dropped',
  attempt: { id, probe, target, phone, route },
  reason: 'its lease was lost, and the attempt was ended without it',
});

export const settledEvent = ({ message, disposition }: SettledMessage): ProbeEvent => ({
  kind: 'message_settled',
  inbox: message.inbox,
  phone: message.phone,
  from: maskSender(message.from),
  disposition,
  at: message.arrived.at,
  afterExpiry: null,
});

export interface HandInDeps {
  readonly attempts: AttemptBook;
  readonly notify: Notify;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborts when the process must end although the store is away. */
  readonly giveUp: AbortSignal;
}
