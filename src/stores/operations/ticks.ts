import type { EpochMs } from '../../domain/units.ts';
import type { OrphanTick, SkippedTick } from '../../ports/store.ts';
import type { Database } from './database.ts';

export async function skip(db: Database, tick: SkippedTick): Promise<boolean> {
  const { key, probe, tickAt, reason, detail } = tick;
  await db.deleteFrom('orphans').where('key', '=', key).execute();
  const started = await db.selectFrom('attempts').select('id').where('key', '=', key).executeTakeFirst();
  if (started) return false;
  const kept = await db
    .insertInto('skips')
    .values({ key, probe, tick_at: tickAt, reason, detail })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst();
  return (kept.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function orphans(db: Database, _none: Readonly<Record<string, never>>): Promise<OrphanTick[]> {
  const rows = await db.selectFrom('orphans').selectAll().execute();
  return rows.map(({ tick_at: tickAt, ...tick }) => ({ ...tick, tickAt }));
}

export async function skipped(db: Database, { since }: { readonly since: EpochMs }): Promise<SkippedTick[]> {
  const rows = await db
    .selectFrom('skips')
    .selectAll()
    .where('tick_at', '>=', since)
    .orderBy('tick_at')
    .execute();
  return rows.map(({ tick_at: tickAt, ...tick }) => ({ ...tick, tickAt }));
}
