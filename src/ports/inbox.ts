import type { InboundMessage } from '../domain/message.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Stamp } from '../domain/stamp.ts';
import type { PhoneNumber } from '../domain/units.ts';
import type { Clock } from './clock.ts';
import type { Kind } from './kind.ts';
import type { Logger } from './logger.ts';

/** A request on the hooks listener, read whole and bounded, before anything is believed. */
export interface HookRequest {
  readonly method: string;
  /** The path and query as received, e.g. `/hooks/main?x=1`. */
  readonly url: string;
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** First byte seen. */
  readonly arrived: Stamp;
}

/** What a hook request turned out to be. */
export type HookVerdict =
  | {
      readonly accepted: true;
      /** Empty for heartbeats and the like. */
      readonly messages: readonly InboundMessage[];
      /** What the provider says of messages that the target sent. */
      readonly receipts?: readonly Receipt[];
      /** Sent once every message is durable. */
      readonly reply: HookReply;
      /** Told when every message is durable: what was held back for them may be forgotten. */
      readonly kept?: () => void;
    }
  | {
      readonly accepted: false;
      /** 503: what is needed besides it is not here yet (other parts, a certificate); the provider sends it again. */
      readonly status: 400 | 401 | 403 | 405 | 415 | 503;
      /** Says what was found and expected; shown to the caller, holds nothing of ours. */
      readonly reason: string;
    };

export interface HookReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * What can go wrong at an inbox. `poll`: it could not be asked. `session`: it could not be opened, or ended.
 * `signature`: a request that proved nothing. `request`: one that could not be read. `store`: a message could not be kept.
 */
export const INBOX_ERRORS = ['poll', 'session', 'signature', 'request', 'store'] as const;
export type InboxError = (typeof INBOX_ERRORS)[number];

/** Takes messages that did not come by a hook; resolves when each is durable. */
export type Accept = (messages: readonly InboundMessage[]) => Promise<void>;

/** What every kind of inbox is given. */
export interface InboxDeps {
  /** The inbox's name in the configuration. */
  readonly name: string;
  readonly clock: Clock;
  /** This moment, by both clocks. */
  readonly stamp: () => Stamp;
  /** The numbers of the phones that are read through it. */
  readonly numbers: readonly PhoneNumber[];
  /** The outside's address of the hooks listener, without a closing slash; null where none is configured. */
  readonly publicUrl: string | null;
  readonly logger: Logger;
}

/** What the rest of the configuration offers an inbox. */
export interface InboxFacts {
  /** Whether there is a hooks listener. */
  readonly hooks: boolean;
  readonly publicUrl: string | null;
}

export interface InboxKind extends Kind<InboxDeps, Inbox, InboxFacts> {
  /** What it reads: SMS to numbers where it does not say, or mails to addresses. */
  readonly reads?: 'address';
  /** Takes receipts alone: no phone is read there. */
  readonly receiptsOnly?: true;
}

/** Where the messages of some phones are read. What an inbox cannot do, it leaves out. */
export interface Inbox {
  /** Verifies and reads one hook request, within seconds. Must neither throw nor reject on hostile input. */
  readonly hook?: {
    readonly methods: readonly string[];
    receive(request: HookRequest): HookVerdict | Promise<HookVerdict>;
  };
  /** Asks the provider for messages that are not here yet; throws `receiver_down` when it cannot be asked. */
  readonly poll?: {
    readonly everyMs: number;
    fetch(signal: AbortSignal): Promise<readonly InboundMessage[]>;
  };
  /**
   * Opens a session that pushes by itself (SMPP); resolves when it is up. The signal ends it; `ended` rejects with why
   * when something else did.
   */
  readonly connect?: (accept: Accept, signal: AbortSignal) => Promise<{ readonly ended: Promise<void> }>;
}
