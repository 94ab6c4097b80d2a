import { find, finish, prune, sweep, trace } from './attempts.ts';
import type { Database } from './database.ts';
import { holdDuty, releaseDuty, writeOnDuty } from './duties.ts';
import { appendFeed, readFeed } from './feed.ts';
import { acquire, permit, renew } from './leases.ts';
import { lastArrivals, record, addressed } from './messages.ts';
import { advance, read, usage, write } from './state.ts';
import { orphans, skip, skipped } from './ticks.ts';

/** All that a store does, by name: an engine takes the name and the arguments, in this thread or in another. */
export const OPERATIONS = {
  acquire,
  renew,
  permit,
  finish,
  find,
  sweep,
  trace,
  prune,
  record,
  addressed,
  lastArrivals,
  read,
  write,
  advance,
  usage,
  skip,
  orphans,
  skipped,
  holdDuty,
  writeOnDuty,
  releaseDuty,
  appendFeed,
  readFeed,
} satisfies Record<string, (db: Database, args: never) => Promise<unknown>>;

type Operations = typeof OPERATIONS;
export type OperationName = keyof Operations;
export type OperationArgs<Name extends OperationName> = Parameters<Operations[Name]>[1];
type Answer<Name extends OperationName> = Awaited<ReturnType<Operations[Name]>>;

/** Runs one operation in one transaction; resolves when it is durable. Throws StoreDown when the store fails. */
export type Call = <Name extends OperationName>(
  name: Name,
  args: OperationArgs<Name>,
) => Promise<Answer<Name>>;

type AnyOperation = (db: Database, args: unknown) => Promise<unknown>;

/** The cast is safe because the only callers are behind {@link Call}, which ties the arguments to the name. */
export const operationNamed = (name: OperationName): AnyOperation => OPERATIONS[name] as AnyOperation;
