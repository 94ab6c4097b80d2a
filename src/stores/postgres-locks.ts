import { createHash } from 'node:crypto';
import { accountPauseKey } from '../domain/pause.ts';
import { breakerKey } from '../domain/breaker.ts';
import type { OperationName, OperationArgs } from './operations/index.ts';
import { monthOf } from './operations/spend.ts';

/**
 * What an operation must have for itself, by name. Operations read first and write then, and rely on nothing changing
 * in between: two that touch the same must not run at the same time, on whatever nodes, and others may.
 *
 * `none`: one statement, or a look at what may be a moment old. `alone`: nothing else that writes.
 */
export type Locks = 'none' | 'alone' | readonly string[];

const target = (name: string) => `target ${name}`;
const phone = (name: string) => `phone ${name}`;
const attempt = (id: string) => `attempt ${id}`;
const tick = (key: string) => `tick ${key}`;
const duty = (name: string) => `duty ${name}`;
const stateKey = (key: string) => `state ${key}`;
const phones = (names: readonly (string | null)[]) =>
  names.flatMap((name) => (name === null ? [] : [phone(name)]));

type LocksOf = { readonly [Name in OperationName]: (args: OperationArgs<Name>) => Locks };

const LOCKS_OF: LocksOf = {
  // Limits, spacing, breaker and accounts are the target's; a phone is one phone for all targets; the cap is everybody's.
  acquire: ({ plan, candidates, cap, at }) => [
    tick(plan.key),
    target(plan.target),
    ...phones(candidates.map((candidate) => candidate.phone)),
    ...(cap && candidates.some(({ cost }) => cost > 0) ? [`spend ${monthOf(at)}`] : []),
  ],
  renew: () => [],
  permit: ({ lease, ask }) => (ask.request === null ? 'none' : [attempt(lease.attempt)]),
  finish: ({ attempt: ended }) => [
    attempt(ended.id),
    target(ended.target),
    ...phones([ended.phone]),
    stateKey(breakerKey(ended.target)),
    stateKey(accountPauseKey(ended.target, ended.account)),
  ],
  find: () => 'none',
  sweep: () => 'alone',
  prune: () => [],
  record: ({ message, phone: name }) => [
    `message ${JSON.stringify([message.inbox, message.providerId])}`,
    ...phones([name]),
  ],
  addressed: () => 'none',
  lastArrivals: () => 'none',
  read: () => 'none',
  write: ({ entries }) => Object.keys(entries).map(stateKey),
  advance: ({ key }) => [stateKey(key)],
  usage: () => 'none',
  skip: ({ key }) => [tick(key)],
  orphans: () => 'none',
  skipped: () => 'none',
  trace: () => 'none',
  holdDuty: ({ name }) => [duty(name)],
  writeOnDuty: ({ duty: { name }, entries }) => [duty(name), ...Object.keys(entries).map(stateKey)],
  releaseDuty: ({ name }) => [duty(name)],
  // One after another, so that numbers become visible in their order.
  appendFeed: () => ['feed'],
  readFeed: () => 'none',
};

/** The cast is safe because the arguments come from behind Call, which ties them to the name. */
export const locksOf = (name: OperationName, args: unknown): Locks =>
  (LOCKS_OF[name] as (args: unknown) => Locks)(args);

/**
 * Takes the locks until the end of the transaction, in one order for all, so that nobody waits in a circle. Who wants
 * to be alone waits for everybody who holds any.
 */
export function lockStatements(locks: Exclude<Locks, 'none'>): string[] {
  const everything = lockKey('everything');
  if (locks === 'alone') return [`select pg_advisory_xact_lock(${everything})`];
  const keys = [...new Set(locks.map(lockKey))].sort();
  return [
    `select pg_advisory_xact_lock_shared(${everything})`,
    ...keys.map((key) => `select pg_advisory_xact_lock(${key})`),
  ];
}

/** A number for the name: two names that share one only wait for each other without need. */
export const lockKey = (name: string): string =>
  createHash('sha256').update(`twofa-prober ${name}`).digest().readBigInt64BE().toString();
