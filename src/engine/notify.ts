import type { Logger } from '../ports/logger.ts';
import type { Observer, ProbeEvent } from '../ports/observer.ts';

export type Notify = (event: ProbeEvent) => void;

/** Tells every observer; one that throws harms neither the others nor the attempt. */
export function createNotify(observers: readonly Observer[], logger: Logger): Notify {
  return (event) => {
    for (const observer of observers) {
      try {
        observer.observe(event);
      } catch (error) {
        logger.log('error', 'observer_failed', { kind: event.kind, error });
      }
    }
  };
}
