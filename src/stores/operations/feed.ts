import type { FeedEntry, FeedItem } from '../../ports/store.ts';
import { nextNumbers } from './counters.ts';
import type { Database } from './database.ts';

export async function appendFeed(
  db: Database,
  { items }: { readonly items: readonly FeedItem[] },
): Promise<null> {
  if (items.length === 0) return null;
  const last = await nextNumbers(db, 'feed', items.length);
  const rows = items.map(({ at, event }, index) => ({
    number: last - items.length + 1 + index,
    at,
    event: JSON.stringify(event),
  }));
  await db.insertInto('feed').values(rows).execute();
  return null;
}

export async function readFeed(
  db: Database,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<FeedEntry[]> {
  const rows = await db
    .selectFrom('feed')
    .selectAll()
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(({ number, at, event }) => ({ number, at, event: JSON.parse(event) as unknown }));
}
