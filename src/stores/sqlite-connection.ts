import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { migrate } from './migrations.ts';
import type { Schema } from './schema.ts';

/** One open file: the database itself for transactions, the queries for everything else. */
export interface SqliteConnection {
  readonly database: DatabaseSync;
  readonly queries: Kysely<Schema>;
}

/**
 * Opens the same file again and again, as long as it is there: one that vanished is not made anew, or limits and
 * spend would start from nothing, and nobody would notice.
 */
export function connector(path: string): () => Promise<SqliteConnection> {
  let opened = false;
  return async () => {
    if (opened && !existsSync(path)) {
      throw new Error('the file is gone; put it back, or restart to begin with a new one');
    }
    const connection = await connectSqlite(path);
    opened = true;
    return connection;
  };
}

const BUSY_TIMEOUT_MS = 5000;

/** Opens or creates the file, and brings its tables up to date. WAL with FULL: a commit is on the disk. */
export async function connectSqlite(path: string): Promise<SqliteConnection> {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA foreign_keys = ON');
    const queries = queriesOf(database);
    database.exec('BEGIN IMMEDIATE');
    await migrate(queries, 'sqlite');
    database.exec('COMMIT');
    return { database, queries };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens the file to look at one moment of it; writers go on meanwhile. */
export function readSqlite(path: string): SqliteConnection {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec('BEGIN');
    return { database, queries: queriesOf(database) };
  } catch (error) {
    database.close();
    throw error;
  }
}

const queriesOf = (database: DatabaseSync): Kysely<Schema> =>
  new Kysely<Schema>({ dialect: new SqliteDialect({ database: asSqliteDatabase(database) }) });

/** Statements are few but for lists of varying length; beyond this many, all are prepared anew. */
const CACHED_STATEMENTS = 300;

/** `node:sqlite` in the shape that Kysely expects (better-sqlite3's). */
function asSqliteDatabase(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      if (prepared.size >= CACHED_STATEMENTS) prepared.clear();
      const statement = asSqliteStatement(database.prepare(sql));
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function asSqliteStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (values) => statement.all(...parseValues(values)),
    run: (values) => statement.run(...parseValues(values)),
    iterate: (values) => statement.iterate(...parseValues(values)),
  };
}

/** SQLite itself refuses what it cannot bind, with the position. */
const parseValues = (values: readonly unknown[]): SQLInputValue[] => values as SQLInputValue[];
