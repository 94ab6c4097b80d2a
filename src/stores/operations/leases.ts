import { decideLease, type Candidate, type LeaseRequest } from '../../domain/lease.ts';
import { HOUR, type EpochMs } from '../../domain/units.ts';
import type { Lease, LeaseAnswer, LeaseBook } from '../../ports/store.ts';
import { nextNumbers } from './counters.ts';
import type { Database } from './database.ts';
import { leaseFacts } from './lease-facts.ts';
import { commit, monthOf, reserve } from './spend.ts';

/** Start or skip, and everything that a start takes. */
export async function acquire(db: Database, request: LeaseRequest): Promise<LeaseAnswer> {
  const { key } = request.plan;
  const taken = await db.selectFrom('attempts').select('id').where('key', '=', key).executeTakeFirst();
  if (taken) {
    return { lease: null, skip: 'duplicate', retryAt: null, detail: `attempt ${taken.id} has this tick` };
  }
  const skipped = await db.selectFrom('skips').select('reason').where('key', '=', key).executeTakeFirst();
  if (skipped) {
    return {
      lease: null,
      skip: 'duplicate',
      retryAt: null,
      detail: `this tick was skipped: ${skipped.reason}`,
    };
  }
  const decision = decideLease(request, await leaseFacts(db, request));
  if (decision.granted === null) {
    return { lease: null, skip: decision.skip, retryAt: decision.retryAt, detail: decision.detail };
  }
  return { lease: await grant(db, request, decision.granted) };
}

async function grant(db: Database, request: LeaseRequest, granted: Candidate): Promise<Lease> {
  const { at, plan } = request;
  const { account, phone, route, cost } = granted;
  const fence = await nextNumbers(db, 'fence', 1);
  const month = monthOf(at);
  await db
    .insertInto('attempts')
    .values({
      id: plan.id,
      key: plan.key,
      probe: plan.probe,
      target: plan.target,
      phone,
      finished_at: null,
      requested_at: null,
      code_missing: 0,
      record: JSON.stringify({ ...plan, account, phone, route }),
    })
    .execute();
  await db
    .insertInto('leases')
    .values({
      attempt: plan.id,
      fence,
      probe: plan.probe,
      target: plan.target,
      account,
      phone,
      lease_until: at + request.ttlMs,
      public_key: request.publicKey,
      senders: JSON.stringify(request.senders),
      cost,
      month,
      requested: null,
      expiry_ms: null,
    })
    .execute();
  await db.insertInto('starts').values({ attempt: plan.id, target: plan.target, account, at }).execute();
  if (phone !== null) await db.insertInto('sends').values({ attempt: plan.id, phone, at }).execute();
  await db.deleteFrom('orphans').where('key', '=', plan.key).execute();
  await reserve(db, { month, cost });
  return { attempt: plan.id, fence, granted, unresolvedLoss: await hasUnresolvedLoss(db, phone, at) };
}

/** A code of the last hour never came, and no late message has settled what became of it. */
async function hasUnresolvedLoss(db: Database, phone: string | null, at: EpochMs): Promise<boolean> {
  if (phone === null) return false;
  const lost = await db
    .selectFrom('attempts')
    .select('id')
    .where('phone', '=', phone)
    .where('requested_at', '>', at - HOUR)
    .where('code_missing', '=', 1)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('messages')
            .select('messages.id')
            .whereRef('messages.attempt', '=', 'attempts.id')
            .where('messages.disposition', '=', 'late'),
        ),
      ),
    )
    .executeTakeFirst();
  return lost !== undefined;
}

export interface RenewArgs {
  readonly leases: Parameters<LeaseBook['renew']>[0];
  readonly until: EpochMs;
}

/** A lease that ran out but was not swept is still ours: nobody else could take what it holds. */
export async function renew(db: Database, { leases, until }: RenewArgs): Promise<string[]> {
  const lost: string[] = [];
  for (const { attempt, fence } of leases) {
    const answer = await db
      .updateTable('leases')
      .set({ lease_until: until })
      .where('attempt', '=', attempt)
      .where('fence', '=', fence)
      .executeTakeFirst();
    if (answer.numUpdatedRows === 0n) lost.push(attempt);
  }
  return lost;
}

export interface PermitArgs {
  readonly lease: Pick<Lease, 'attempt' | 'fence'>;
  readonly ask: Parameters<LeaseBook['permit']>[1];
}

export async function permit(db: Database, { lease, ask }: PermitArgs): Promise<boolean> {
  const held = await db
    .selectFrom('leases')
    .selectAll()
    .where('attempt', '=', lease.attempt)
    .where('fence', '=', lease.fence)
    .where('lease_until', '>', ask.at + ask.timeoutMs)
    .executeTakeFirst();
  if (!held) return false;
  if (ask.request === null) return true;
  const requested = JSON.stringify(ask.request.t0);
  // Asked again after an answer that got lost: true for the same request, never for a second one.
  if (held.requested !== null) return held.requested === requested;
  await db
    .updateTable('leases')
    .set({ requested, expiry_ms: ask.request.expiryMs })
    .where('attempt', '=', lease.attempt)
    .execute();
  await commit(db, held);
  return true;
}
