import type { Clock } from './clock.ts';
import type { TickQueue } from './tick-queue.ts';

/** What nodes that share a store have beside it; a lone node has none of it. */
export interface Shared {
  readonly queue: TickQueue;
  readonly wakes: Wakes;
  /** The store's time, moved on by this process' monotonic clock: all nodes agree on it. */
  readonly clock: Clock;
  /** How far this node's wall clock is ahead of the store's. */
  offset(): ClockOffset;
}

export interface ClockOffset {
  readonly offsetMs: number;
  /** The true offset lies within this much of it. */
  readonly errorMs: number;
}

/** Something that other nodes may wait for: `attempt ID` when a message came for it, `feed` when the feed has grown. */
export type Topic = string;

/** Tells at once what another node has written. May be lost: whoever waits also looks by itself, once a second. */
export interface Wakes {
  /** `topic` null: something may have been missed, look at everything. Returns what ends it. */
  on(listener: (topic: Topic | null) => void): () => void;
}
