import type { PhoneState } from '../../domain/matching.ts';
import type { PhoneRest } from '../../domain/rest.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { LeaseRow } from '../schema.ts';
import type { Database } from './database.ts';
import { parseSenders, parseStamp } from './records.ts';

/** Who holds the phone, and whose the last request on it was. */
export async function phoneState(db: Database, phone: string): Promise<PhoneState> {
  const lease = await db.selectFrom('leases').selectAll().where('phone', '=', phone).executeTakeFirst();
  const last = await db.selectFrom('phones').selectAll().where('phone', '=', phone).executeTakeFirst();
  return {
    armed: lease
      ? {
          attempt: lease.attempt,
          publicKey: lease.public_key,
          senders: parseSenders(lease.senders),
          requested: lease.requested === null ? null : parseStamp(lease.requested),
        }
      : null,
    last: last
      ? {
          attempt: last.attempt,
          senders: parseSenders(last.senders),
          requested: parseStamp(last.requested),
          lost: last.lost === 1,
          ownsUntil: last.owns_until,
        }
      : null,
  };
}

/** Remembers on the phone the request that is over. */
export async function rememberRequest(
  db: Database,
  lease: Pick<LeaseRow, 'attempt' | 'senders'> & { readonly phone: string; readonly requested: string },
  rest: PhoneRest,
): Promise<void> {
  const facts = {
    attempt: lease.attempt,
    senders: lease.senders,
    requested: lease.requested,
    lost: rest.lost ? 1 : 0,
    owns_until: rest.ownsUntil,
    rests_until: rest.restsUntil,
  };
  await db
    .insertInto('phones')
    .values({ phone: lease.phone, ...facts })
    .onConflict((conflict) => conflict.column('phone').doUpdateSet(facts))
    .execute();
}

/** Until when the phone rested, if it did at that time; else null. */
export async function restingAt(db: Database, phone: string, at: EpochMs): Promise<EpochMs | null> {
  const row = await db
    .selectFrom('phones')
    .select('rests_until')
    .where('phone', '=', phone)
    .where('rests_until', '>', at)
    .executeTakeFirst();
  return row?.rests_until ?? null;
}

export async function restUntil(db: Database, phone: string, until: EpochMs | null): Promise<void> {
  await db.updateTable('phones').set({ rests_until: until }).where('phone', '=', phone).execute();
}
