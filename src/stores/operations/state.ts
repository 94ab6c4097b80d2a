import { sql } from 'kysely';
import type { EpochMs } from '../../domain/units.ts';
import { DAY, HOUR } from '../../domain/units.ts';
import type { Usage } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { monthOf, spentIn } from './spend.ts';

export async function read(
  db: Database,
  { prefix }: { readonly prefix: string },
): Promise<Record<string, unknown>> {
  // The range lets the primary key find them: histories make the table long.
  const rows = await db
    .selectFrom('state')
    .selectAll()
    .where('key', '>=', prefix)
    .where('key', '<', `${prefix}\u{10ffff}`)
    .where(sql<string>`substr(key, 1, length(${prefix}))`, '=', prefix)
    .orderBy('key')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value) as unknown]));
}

/** What stands under the key; null for nothing. */
export async function readOne(db: Database, key: string): Promise<unknown> {
  const row = await db.selectFrom('state').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.value) as unknown);
}

export async function write(
  db: Database,
  { entries }: { readonly entries: Readonly<Record<string, unknown>> },
): Promise<null> {
  for (const [key, value] of Object.entries(entries)) await writeOne(db, key, value);
  return null;
}

export async function writeOne(db: Database, key: string, value: unknown): Promise<void> {
  if (value === null || value === undefined) {
    await db.deleteFrom('state').where('key', '=', key).execute();
    return;
  }
  const row = { key, value: JSON.stringify(value) };
  await db
    .insertInto('state')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: row.value }))
    .execute();
}

export async function advance(
  db: Database,
  { key, value }: { readonly key: string; readonly value: number },
): Promise<boolean> {
  const held = await readOne(db, key);
  if (typeof held === 'number' && held >= value) return false;
  await writeOne(db, key, value);
  return true;
}

export async function usage(db: Database, { at }: { readonly at: EpochMs }): Promise<Usage> {
  const leases = await db.selectFrom('leases').select('phone').execute();
  const resting = await db
    .selectFrom('phones')
    .select(['phone', 'rests_until'])
    .where('rests_until', '>', at)
    .execute();
  return {
    starts: await startsByTarget(db, at),
    spent: await spentIn(db, monthOf(at)),
    leases: { account: leases.length, phone: leases.filter((lease) => lease.phone !== null).length },
    quarantines: Object.fromEntries(resting.map((row) => [row.phone, row.rests_until ?? 0])),
  };
}

async function startsByTarget(db: Database, at: EpochMs): Promise<Usage['starts']> {
  const rows = await db
    .selectFrom('starts')
    .select((eb) => [
      'target',
      eb.fn.countAll<number>().as('day'),
      eb.fn
        .countAll<number>()
        .filterWhere('at', '>', at - HOUR)
        .as('hour'),
    ])
    .where('at', '>', at - DAY)
    .groupBy('target')
    .execute();
  return Object.fromEntries(rows.map(({ target, hour, day }) => [target, { hour, day }]));
}
