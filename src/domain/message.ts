import type { Disposition } from './outcome.ts';
import type { Stamp } from './stamp.ts';
import type { EpochMs, PhoneNumber } from './units.ts';

export const PROVIDER_CLOCKS = ['service_centre', 'provider', 'push', 'relay'] as const;
/**
 * Whose clock a provider's timestamp is of: the operator's SMS centre, the provider's receipt, the start of its push, or
 * a mail server's on the way, of which nobody knows how well it goes.
 */
export type ProviderClock = (typeof PROVIDER_CLOCKS)[number];

export interface ProviderTime {
  readonly clock: ProviderClock;
  readonly at: EpochMs;
  /** 1000 where the provider gives whole seconds. */
  readonly resolutionMs: number;
}

/** A message as an inbox hands it over: verified, normalised, not yet accounted for. */
export interface InboundMessage {
  readonly inbox: string;
  /** The provider's id: two deliveries of one message carry the same. */
  readonly providerId: string;
  readonly to: PhoneNumber;
  readonly from: string;
  readonly body: string;
  /** When its first byte reached us. */
  readonly arrived: Stamp;
  /** 0 for a push; for a polled message, how long ago it may have come. */
  readonly uncertaintyMs: number;
  readonly times: readonly ProviderTime[];
  /** The provider hid the text (Twilio error 30038). */
  readonly redacted: boolean;
}

/** A stored message; the body is sealed to the attempt that waits, or was never kept. */
export interface StoredMessage extends Omit<InboundMessage, 'body' | 'to'> {
  readonly id: string;
  readonly phone: string | null;
  readonly attempt: string | null;
  /** null while the attempt it was given to has not settled it. */
  readonly disposition: Disposition | null;
  readonly sealed: Uint8Array | null;
}
