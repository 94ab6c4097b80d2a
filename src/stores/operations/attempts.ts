import type { Attempt, MessageEvidence } from '../../domain/attempt.ts';
import { abandonedAttempt } from '../../domain/abandoned.ts';
import type { StoredMessage } from '../../domain/message.ts';
import { elapsedMs, type Stamp } from '../../domain/stamp.ts';
import { DAY, type EpochMs } from '../../domain/units.ts';
import type {
  AttemptQuery,
  AttemptTrace,
  FinishAnswer,
  Pruned,
  Settlement,
  SweptAttempt,
} from '../../ports/store.ts';
import type { Database } from './database.ts';
import { endAttempt, leaveTick, settleMessages, type HeldLease } from './end-attempt.ts';
import { addressed } from './messages.ts';
import { parseAttempt, parsePlan, parseStamp } from './records.ts';

export interface FinishArgs {
  readonly attempt: Attempt;
  readonly settlement: Settlement;
}

export async function finish(db: Database, { attempt, settlement }: FinishArgs): Promise<FinishAnswer> {
  const lease = await db
    .selectFrom('leases')
    .selectAll()
    .where('attempt', '=', attempt.id)
    .where('fence', '=', settlement.fence)
    .executeTakeFirst();
  if (!lease) return { stored: await isKept(db, attempt), settled: [] };
  const settled = await settleMessages(db, lease, {
    said: new Map(settlement.messages.map(({ id, disposition }) => [id, disposition])),
    lost: attempt.code?.result === 'lost',
  });
  await endAttempt(db, lease, attempt);
  return { stored: true, settled };
}

/** The very same was kept before: the first answer got lost on its way. */
async function isKept(db: Database, attempt: Attempt): Promise<boolean> {
  const row = await db
    .selectFrom('attempts')
    .select('record')
    .where('id', '=', attempt.id)
    .executeTakeFirst();
  return row?.record === JSON.stringify(attempt);
}

export async function find(db: Database, query: AttemptQuery): Promise<Attempt[]> {
  let wanted = db
    .selectFrom('attempts')
    .select('record')
    .where('finished_at', 'is not', null)
    .orderBy('finished_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit);
  if (query.id !== undefined) wanted = wanted.where('id', '=', query.id);
  if (query.probe !== undefined) wanted = wanted.where('probe', '=', query.probe);
  if (query.target !== undefined) wanted = wanted.where('target', '=', query.target);
  if (query.since !== undefined) wanted = wanted.where('finished_at', '>=', query.since);
  const { after } = query;
  if (after) {
    // The first condition alone finds the place in the index.
    wanted = wanted
      .where('finished_at', '<=', after.finishedAt)
      .where((eb) => eb.or([eb('finished_at', '<', after.finishedAt), eb('id', '<', after.id)]));
  }
  const rows = await wanted.execute();
  return rows.map((row) => parseAttempt(row.record));
}

export async function trace(
  db: Database,
  { ids }: { readonly ids: readonly string[] },
): Promise<Record<string, AttemptTrace>> {
  if (ids.length === 0) return {};
  const rows = await db
    .selectFrom('attempts')
    .leftJoin('leases', 'leases.attempt', 'attempts.id')
    .select(['attempts.id', 'attempts.finished_at', 'attempts.record', 'leases.lease_until'])
    .where('attempts.id', 'in', ids)
    .execute();
  const traceOf = (row: (typeof rows)[number]): AttemptTrace => ({
    finished: row.finished_at === null ? null : parseAttempt(row.record),
    leaseUntil: row.lease_until,
  });
  return Object.fromEntries(rows.map((row) => [row.id, traceOf(row)]));
}

export interface SweepArgs {
  readonly at: EpochMs;
  readonly now: EpochMs;
  /** By probe: how old a tick may be that another node takes. */
  readonly handOver: Readonly<Record<string, number>>;
}

export async function sweep(db: Database, { at, now, handOver }: SweepArgs): Promise<SweptAttempt[]> {
  const expired = await db
    .selectFrom('leases')
    .selectAll()
    .where('lease_until', '<=', Math.min(at, Number.MAX_SAFE_INTEGER))
    .orderBy('fence')
    .execute();
  const swept: SweptAttempt[] = [];
  for (const lease of expired) swept.push(await abandon(db, lease, { at, now, handOver }));
  return swept;
}

async function abandon(db: Database, lease: HeldLease, { now, handOver }: SweepArgs): Promise<SweptAttempt> {
  const row = await db
    .selectFrom('attempts')
    .select('record')
    .where('id', '=', lease.attempt)
    .executeTakeFirstOrThrow();
  const settled = await settleMessages(db, lease, { said: new Map(), lost: false });
  const all = await addressed(db, { attempt: lease.attempt });
  const t0 = lease.requested === null ? null : parseStamp(lease.requested);
  const plan = parsePlan(row.record);
  const attempt = abandonedAttempt(plan, {
    endedAt: Math.min(now, lease.lease_until),
    requestedAt: t0?.at ?? null,
    messages: all.map((message) => evidenceOf(message, t0)),
  });
  const young = now - plan.tickAt <= (handOver[plan.probe] ?? -1);
  const handedOver = young && t0 === null && plan.cause === 'schedule';
  if (handedOver) await leaveTick(db, lease, plan);
  else await endAttempt(db, lease, attempt);
  return { attempt, settled, handedOver };
}

const evidenceOf = (message: StoredMessage, t0: Stamp | null): MessageEvidence => ({
  id: message.id,
  providerId: message.providerId,
  disposition: message.disposition ?? 'unmatched',
  from: message.from,
  arrivedAt: message.arrived.at,
  afterRequestMs: t0 === null ? null : elapsedMs(t0, message.arrived),
  times: message.times,
});

/** Longer than any window that limits are counted in. */
const LEDGER_KEPT_MS = 31 * DAY;

export async function prune(db: Database, { before }: { readonly before: EpochMs }): Promise<Pruned> {
  const attempts = await db.deleteFrom('attempts').where('finished_at', '<', before).executeTakeFirst();
  const messages = await db
    .deleteFrom('messages')
    .where('arrived_at', '<', before)
    .where('disposition', 'is not', null)
    .executeTakeFirst();
  await db.deleteFrom('skips').where('tick_at', '<', before).execute();
  await db
    .deleteFrom('starts')
    .where('at', '<', before - LEDGER_KEPT_MS)
    .execute();
  await db
    .deleteFrom('sends')
    .where('at', '<', before - LEDGER_KEPT_MS)
    .execute();
  return { attempts: Number(attempts.numDeletedRows), messages: Number(messages.numDeletedRows) };
}
