import { accountPauseKey, parseAccountPause } from '../../domain/pause.ts';
import { breakerKey, parseBreaker } from '../../domain/breaker.ts';
import type { Candidate, CandidateFacts, LeaseFacts, LeaseRequest } from '../../domain/lease.ts';
import { DAY, HOUR, type EpochMs } from '../../domain/units.ts';
import type { Database } from './database.ts';
import { monthOf, spentIn } from './spend.ts';
import { readOne } from './state.ts';

/** All that decideLease wants to know, as of now. */
export async function leaseFacts(db: Database, request: LeaseRequest): Promise<LeaseFacts> {
  const { at, plan } = request;
  const breaker = parseBreaker(await readOne(db, breakerKey(plan.target)));
  const starts = await db
    .selectFrom('starts')
    .select((eb) => [
      eb.fn
        .countAll<number>()
        .filterWhere('at', '>', at - HOUR)
        .as('hour'),
      eb.fn
        .countAll<number>()
        .filterWhere('at', '>', at - DAY)
        .as('day'),
      // After the clock was set back, starts of the time that comes again must not hold up all others.
      eb.fn.max<EpochMs | null>('at').filterWhere('at', '<=', at).as('last'),
    ])
    .where('target', '=', plan.target)
    .executeTakeFirstOrThrow();
  return {
    breakerUntil: breaker?.until ?? null,
    startsLastHour: starts.hour,
    startsLastDay: starts.day,
    lastStartAt: starts.last,
    spent: await spentIn(db, monthOf(at)),
    candidates: await factsByAccount(db, request),
  };
}

async function factsByAccount(
  db: Database,
  request: LeaseRequest,
): Promise<ReadonlyMap<string, CandidateFacts>> {
  const known = new Map<string, CandidateFacts>();
  for (const candidate of request.candidates) {
    known.set(candidate.account, await candidateFacts(db, request, candidate));
  }
  return known;
}

async function candidateFacts(
  db: Database,
  request: LeaseRequest,
  { account, phone }: Candidate,
): Promise<CandidateFacts> {
  const { target } = request.plan;
  const pause = parseAccountPause(await readOne(db, accountPauseKey(target, account)));
  const used = await db
    .selectFrom('starts')
    .select((eb) => eb.fn.max<EpochMs | null>('at').as('last'))
    .where('target', '=', target)
    .where('account', '=', account)
    .executeTakeFirst();
  return {
    heldBy: await holder(db, target, { account, phone }),
    quarantinedUntil: phone === null ? null : await restOf(db, phone),
    pausedUntil: pause?.until ?? null,
    lastUsedAt: used?.last ?? null,
    sends: phone === null ? [] : await sendsSince(db, phone, request.at - request.limits.perPhone.windowMs),
  };
}

/** An account belongs to its target; a phone is one phone wherever it is used. */
async function holder(
  db: Database,
  target: string,
  { account, phone }: Pick<Candidate, 'account' | 'phone'>,
): Promise<string | null> {
  const lease = await db
    .selectFrom('leases')
    .select('probe')
    .where((eb) =>
      eb.or([
        eb.and([eb('target', '=', target), eb('account', '=', account)]),
        ...(phone === null ? [] : [eb('phone', '=', phone)]),
      ]),
    )
    .executeTakeFirst();
  return lease?.probe ?? null;
}

async function restOf(db: Database, phone: string): Promise<EpochMs | null> {
  const row = await db
    .selectFrom('phones')
    .select('rests_until')
    .where('phone', '=', phone)
    .executeTakeFirst();
  return row?.rests_until ?? null;
}

async function sendsSince(db: Database, phone: string, since: EpochMs): Promise<EpochMs[]> {
  const rows = await db
    .selectFrom('sends')
    .select('at')
    .where('phone', '=', phone)
    .where('at', '>', since)
    .orderBy('at')
    .execute();
  return rows.map((row) => row.at);
}
