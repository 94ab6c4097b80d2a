import type { Selectable } from 'kysely';
import type { Attempt, AttemptPlan } from '../../domain/attempt.ts';
import { breakerKey, moveBreaker, parseBreaker } from '../../domain/breaker.ts';
import type { Disposition } from '../../domain/outcome.ts';
import { accountPauseKey, movePause, parseAccountPause } from '../../domain/pause.ts';
import { restAfter, settleUnread } from '../../domain/rest.ts';
import type { SettledMessage } from '../../ports/store.ts';
import type { LeaseRow } from '../schema.ts';
import type { Database } from './database.ts';
import { rememberRequest, restingAt, restUntil } from './phones.ts';
import { parseStamp } from './records.ts';
import { addressed } from './messages.ts';
import { release } from './spend.ts';
import { readOne, writeOne } from './state.ts';

export type HeldLease = Selectable<LeaseRow>;

/** Everything that ends with an attempt but its messages: see {@link settleMessages}, which goes first. */
export async function endAttempt(db: Database, lease: HeldLease, attempt: Attempt): Promise<void> {
  const missing = await leavePhone(db, lease, attempt);
  if (lease.requested === null) await giveBackUnspent(db, lease);
  await db
    .updateTable('attempts')
    .set({
      finished_at: attempt.finishedAt,
      requested_at: lease.requested === null ? null : parseStamp(lease.requested).at,
      code_missing: missing ? 1 : 0,
      record: JSON.stringify(attempt),
    })
    .where('id', '=', lease.attempt)
    .execute();
  await moveGuards(db, attempt);
  await db.deleteFrom('leases').where('attempt', '=', lease.attempt).execute();
}

/**
 * The attempt has asked for no code and measured nothing: it is forgotten, and its tick left to another node. That
 * the target was asked still counts.
 */
export async function leaveTick(db: Database, lease: HeldLease, plan: AttemptPlan): Promise<void> {
  await giveBackUnspent(db, lease);
  await db.deleteFrom('leases').where('attempt', '=', lease.attempt).execute();
  await db.deleteFrom('attempts').where('id', '=', lease.attempt).execute();
  const { key, probe, tickAt, location, account } = plan;
  await db.insertInto('orphans').values({ key, probe, tick_at: tickAt, location, account }).execute();
}

/** Answers whether a code was asked for and never came. */
async function leavePhone(db: Database, lease: HeldLease, attempt: Attempt): Promise<boolean> {
  const { phone, requested } = lease;
  if (phone === null || requested === null) return false;
  const rest = restAfter({
    requested: parseStamp(requested),
    expiryMs: lease.expiry_ms ?? attempt.expiryMs,
    attempt,
    matched: await hasMatched(db, lease.attempt),
  });
  const guestOf = await restingAt(db, phone, parseStamp(requested).at);
  if (guestOf === null) await rememberRequest(db, { ...lease, phone, requested }, rest);
  // A control that used a resting phone leaves it to its lost request, and lets it rest no shorter.
  else if ((rest.restsUntil ?? 0) > guestOf) await restUntil(db, phone, rest.restsUntil);
  return rest.lost;
}

async function hasMatched(db: Database, attempt: string): Promise<boolean> {
  const row = await db
    .selectFrom('messages')
    .select('id')
    .where('attempt', '=', attempt)
    .where('disposition', '=', 'matched')
    .executeTakeFirst();
  return row !== undefined;
}

/** Nothing was asked for: neither the cost nor the phone's send counts. */
async function giveBackUnspent(db: Database, lease: HeldLease): Promise<void> {
  await release(db, lease);
  await db.deleteFrom('sends').where('attempt', '=', lease.attempt).execute();
}

async function moveGuards(db: Database, attempt: Attempt): Promise<void> {
  const breaker = breakerKey(attempt.target);
  const open = parseBreaker(await readOne(db, breaker));
  const moved = moveBreaker(open, attempt);
  if (moved !== open) await writeOne(db, breaker, moved);
  const pause = accountPauseKey(attempt.target, attempt.account);
  const paused = parseAccountPause(await readOne(db, pause));
  const next = movePause(paused, attempt);
  if (next !== paused) await writeOne(db, pause, next);
}

export interface Endings {
  /** What the attempt itself says of its messages. */
  readonly said: ReadonlyMap<string, Disposition>;
  /** The code was given up as lost. */
  readonly lost: boolean;
}

/** Settles, for good, every message that the attempt still held; wipes what was sealed. */
export async function settleMessages(
  db: Database,
  lease: HeldLease,
  { said, lost }: Endings,
): Promise<SettledMessage[]> {
  const all = await addressed(db, { attempt: lease.attempt });
  const held = all.filter((message) => message.disposition === null);
  const decided = new Map<string, Disposition>();
  for (const { id } of held) {
    const disposition = said.get(id);
    if (disposition !== undefined) decided.set(id, disposition);
  }
  const left = held.filter((message) => !decided.has(message.id));
  const matched = [...decided.values()].includes('matched') || (await hasMatched(db, lease.attempt));
  const arrivals = left.map((message) => message.arrived);
  const dispositions = settleUnread(arrivals, {
    matched,
    requested: lease.requested === null ? null : parseStamp(lease.requested),
    expiryMs: lease.expiry_ms ?? 0,
    lost,
  });
  for (const [index, message] of left.entries()) decided.set(message.id, dispositions[index] ?? 'duplicate');
  const settled: SettledMessage[] = [];
  for (const message of held) {
    const disposition = decided.get(message.id) ?? 'duplicate';
    await db
      .updateTable('messages')
      .set({ disposition, sealed: null })
      .where('id', '=', message.id)
      .execute();
    settled.push({ message: { ...message, disposition, sealed: null }, disposition });
  }
  return settled;
}
