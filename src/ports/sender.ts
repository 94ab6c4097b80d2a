import type { Micros, PhoneNumber } from '../domain/units.ts';
import type { Kind } from './kind.ts';
import type { Logger } from './logger.ts';

export interface SenderDeps {
  readonly name: string;
  readonly logger: Logger;
}

export type SenderKind = Kind<SenderDeps, Sender>;

/** Sends our own control SMS. */
export interface Sender {
  /** What one message costs. */
  readonly perSms: Micros;
  /**
   * Sends one message, once; never retries. Throws `request_refused` when the provider refuses,
   * `target_unreachable` when it cannot be reached.
   */
  send(to: PhoneNumber, text: string, signal: AbortSignal): Promise<{ readonly providerId: string }>;
}
