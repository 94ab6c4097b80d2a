import type { EpochMs, Micros } from '../../domain/units.ts';
import type { Database } from './database.ts';

/** A cost that was set aside with a lease, in the month it was set aside in. */
export interface Reservation {
  readonly month: string;
  readonly cost: Micros;
}

/** The UTC month that an instant belongs to: `2026-01`. */
export const monthOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 7);

/** Spent and reserved in the month. */
export async function spentIn(db: Database, month: string): Promise<Micros> {
  const row = await db.selectFrom('spend').selectAll().where('month', '=', month).executeTakeFirst();
  return row ? row.spent + row.reserved : 0;
}

export async function reserve(db: Database, { month, cost }: Reservation): Promise<void> {
  if (cost === 0) return;
  await db
    .insertInto('spend')
    .values({ month, spent: 0, reserved: cost })
    .onConflict((conflict) =>
      conflict.column('month').doUpdateSet((eb) => ({ reserved: eb('spend.reserved', '+', cost) })),
    )
    .execute();
}

/** Before the code is asked for: from here on it counts as spent, whatever happens. */
export async function commit(db: Database, { month, cost }: Reservation): Promise<void> {
  await db
    .updateTable('spend')
    .set((eb) => ({ reserved: eb('reserved', '-', cost), spent: eb('spent', '+', cost) }))
    .where('month', '=', month)
    .execute();
}

/** The code was never asked for. */
export async function release(db: Database, { month, cost }: Reservation): Promise<void> {
  await db
    .updateTable('spend')
    .set((eb) => ({ reserved: eb('reserved', '-', cost) }))
    .where('month', '=', month)
    .execute();
}
