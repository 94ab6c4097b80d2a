import type { Database } from './database.ts';

/** Takes so many numbers, each one higher than all before; answers the last of them. */
export async function nextNumbers(db: Database, name: string, count: number): Promise<number> {
  const counter = await db
    .insertInto('counters')
    .values({ name, value: count })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ value: eb('counters.value', '+', count) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return counter.value;
}
