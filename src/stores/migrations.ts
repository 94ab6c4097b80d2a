import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from './schema.ts';

export type Dialect = 'sqlite' | 'postgres';

interface Migration {
  readonly number: number;
  readonly up: (db: Kysely<Schema>, dialect: Dialect) => Promise<void>;
}

/** Only ever added to: a released migration is never changed, and none removes what an older version reads. */
const MIGRATIONS: readonly Migration[] = [
  { number: 1, up: createTables },
  { number: 2, up: createShared },
];

/** Brings the tables up to date. Runs inside the caller's transaction: all or nothing. */
export async function migrate(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .execute();
  const done = await sql<{ number: number }>`select number from migrations`.execute(db);
  const applied = new Set(done.rows.map((row) => row.number));
  const newest = MIGRATIONS.length;
  const unknown = [...applied].filter((number) => number > newest);
  if (unknown.length > 0) {
    throw new Error(
      `the store has migration ${Math.max(...unknown)}, this version knows ${newest}: it was written by a newer twofa-prober; start that version, or another store`,
    );
  }
  for (const { number, up } of MIGRATIONS) {
    if (applied.has(number)) continue;
    await up(db, dialect);
    await sql`insert into migrations (number) values (${number})`.execute(db);
  }
}

async function createTables(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  // Keys are compared character by character, as SQLite does it, whatever language the database speaks.
  const key = dialect === 'postgres' ? sql`text collate "C"` : 'text';
  await createAttempts(db, key);
  await createLeases(db);
  await createMessages(db, key);
  await createLedgers(db, key);
}

type KeyType = 'text' | RawBuilder<unknown>;

async function createAttempts({ schema }: Kysely<Schema>, key: KeyType): Promise<void> {
  await schema
    .createTable('attempts')
    .addColumn('id', key, (column) => column.primaryKey())
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('probe', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('phone', 'text')
    .addColumn('finished_at', 'bigint')
    .addColumn('requested_at', 'bigint')
    .addColumn('code_missing', 'integer', (column) => column.notNull())
    .addColumn('record', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('attempts_by_time').on('attempts').column('finished_at').execute();
  await schema.createIndex('attempts_by_probe').on('attempts').columns(['probe', 'finished_at']).execute();
  await schema.createIndex('attempts_by_target').on('attempts').columns(['target', 'finished_at']).execute();
  await schema.createIndex('attempts_by_phone').on('attempts').columns(['phone', 'requested_at']).execute();
}

async function createLeases({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('leases')
    .addColumn('attempt', 'text', (column) => column.primaryKey().references('attempts.id'))
    .addColumn('fence', 'bigint', (column) => column.notNull().unique())
    .addColumn('probe', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('phone', 'text', (column) => column.unique())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('senders', 'text', (column) => column.notNull())
    .addColumn('cost', 'bigint', (column) => column.notNull())
    .addColumn('month', 'text', (column) => column.notNull())
    .addColumn('requested', 'text')
    .addColumn('expiry_ms', 'bigint')
    .addUniqueConstraint('leases_account', ['target', 'account'])
    .execute();
  await schema
    .createTable('phones')
    .addColumn('phone', 'text', (column) => column.primaryKey())
    .addColumn('attempt', 'text', (column) => column.notNull())
    .addColumn('senders', 'text', (column) => column.notNull())
    .addColumn('requested', 'text', (column) => column.notNull())
    .addColumn('lost', 'integer', (column) => column.notNull())
    .addColumn('owns_until', 'bigint', (column) => column.notNull())
    .addColumn('rests_until', 'bigint')
    .execute();
}

async function createMessages({ schema }: Kysely<Schema>, key: KeyType): Promise<void> {
  await schema
    .createTable('messages')
    .addColumn('id', key, (column) => column.primaryKey())
    .addColumn('inbox', 'text', (column) => column.notNull())
    .addColumn('provider_id', 'text', (column) => column.notNull())
    .addColumn('phone', 'text')
    .addColumn('attempt', 'text')
    .addColumn('disposition', 'text')
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('arrived_at', 'bigint', (column) => column.notNull())
    .addColumn('arrived', 'text', (column) => column.notNull())
    .addColumn('uncertainty_ms', 'double precision', (column) => column.notNull())
    .addColumn('times', 'text', (column) => column.notNull())
    .addColumn('redacted', 'integer', (column) => column.notNull())
    .addColumn('sealed', 'text')
    .addUniqueConstraint('messages_provider', ['inbox', 'provider_id'])
    .execute();
  await schema.createIndex('messages_by_attempt').on('messages').column('attempt').execute();
  await schema.createIndex('messages_by_inbox').on('messages').columns(['inbox', 'arrived_at']).execute();
}

/** What limits, spend, fences and everything small are counted from. */
async function createLedgers({ schema }: Kysely<Schema>, key: KeyType): Promise<void> {
  await schema
    .createTable('starts')
    .addColumn('attempt', 'text', (column) => column.primaryKey())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('starts_by_target').on('starts').columns(['target', 'at']).execute();
  await schema
    .createTable('sends')
    .addColumn('attempt', 'text', (column) => column.primaryKey())
    .addColumn('phone', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('sends_by_phone').on('sends').columns(['phone', 'at']).execute();
  await schema
    .createTable('spend')
    .addColumn('month', 'text', (column) => column.primaryKey())
    .addColumn('spent', 'bigint', (column) => column.notNull())
    .addColumn('reserved', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('state')
    .addColumn('key', key, (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('counters')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'bigint', (column) => column.notNull())
    .execute();
}

/** What nodes tell one another. */
async function createShared({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('skips')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('probe', 'text', (column) => column.notNull())
    .addColumn('tick_at', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('skips_by_time').on('skips').column('tick_at').execute();
  await schema
    .createTable('orphans')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('probe', 'text', (column) => column.notNull())
    .addColumn('tick_at', 'bigint', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('duties')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('held_until', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('feed')
    .addColumn('number', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .execute();
}
