import type { Duty, DutyClaim } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { writeOne } from './state.ts';

export async function holdDuty(db: Database, claim: DutyClaim): Promise<number | null> {
  const { name, holder, at, ttlMs } = claim;
  const held = await db.selectFrom('duties').selectAll().where('name', '=', name).executeTakeFirst();
  const isOurs = held?.holder === holder;
  if (held && !isOurs && held.held_until > at) return null;
  // Ours, but run out: somebody may have had it in between, and what we know may be old.
  const goesOn = isOurs && held.held_until > at;
  const fence = (held?.fence ?? 0) + (goesOn ? 0 : 1);
  const row = { holder, fence, held_until: at + ttlMs };
  await db
    .insertInto('duties')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
  return fence;
}

export interface WriteOnDutyArgs {
  readonly duty: Duty;
  readonly entries: Readonly<Record<string, unknown>>;
  readonly fed: number;
}

/** A duty that ran out is still ours as long as nobody else has taken it. */
export async function writeOnDuty(db: Database, { duty, entries, fed }: WriteOnDutyArgs): Promise<boolean> {
  const held = await db
    .selectFrom('duties')
    .select('fence')
    .where('name', '=', duty.name)
    .where('fence', '=', duty.fence)
    .executeTakeFirst();
  if (!held) return false;
  for (const [key, value] of Object.entries(entries)) await writeOne(db, key, value);
  await db.deleteFrom('feed').where('number', '<=', fed).execute();
  return true;
}

export async function releaseDuty(db: Database, { name, fence }: Duty): Promise<null> {
  await db
    .updateTable('duties')
    .set({ held_until: 0 })
    .where('name', '=', name)
    .where('fence', '=', fence)
    .execute();
  return null;
}
