import type { EpochMs } from '../domain/units.ts';

/** One firing of a probe's schedule, as nodes hand it to one another. */
export interface QueuedTick {
  /** probe|tick|location: the same tick is put in by every node, and taken by one. */
  readonly key: string;
  readonly probe: string;
  readonly tickAt: EpochMs;
  /** Whose nodes may take it. */
  readonly location: string;
  /** Set when it is another node's unfinished work: the account that it was for, or null for any. */
  readonly handedOver: { readonly account: string | null } | null;
}

/** Hands each tick to one node of its location. */
export interface TickQueue {
  /** Durable when it resolves; a copy of a tick changes nothing. Throws StoreDown. */
  put(tick: QueuedTick): Promise<void>;
  /**
   * Hands ticks of these locations to `take` until the signal aborts, and resolves when all that were taken are done
   * with. A tick whose `take` rejects, or whose node dies, goes to another node.
   */
  work(
    locations: () => readonly string[],
    take: (tick: QueuedTick) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}
