import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { StoreDown, type StoreReader } from '../ports/store.ts';
import { find } from './operations/attempts.ts';
import { read, usage } from './operations/state.ts';
import { readSqlite, type SqliteConnection } from './sqlite-connection.ts';
import { storeDown } from './sqlite-errors.ts';

/**
 * Opens a store to look at it, also while a daemon holds it: all answers are of one moment, the first one's. Writes
 * nothing, makes no file. Throws a StoreDown that says why when it cannot.
 */
export async function openSqliteReader(path: string): Promise<StoreReader> {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new StoreDown(
      `store ${file}: there is no such file; has a daemon with this configuration run here?`,
    );
  }
  const { database, queries } = connect(file);
  return {
    attempts: { find: (query) => reading(file, find(queries, query)) },
    state: {
      read: (prefix) => reading(file, read(queries, { prefix })),
      usage: (at) => reading(file, usage(queries, { at })),
    },
    close: async () => database.close(),
  };
}

function connect(file: string): SqliteConnection {
  try {
    return readSqlite(file);
  } catch (error) {
    throw storeDown(file, error);
  }
}

async function reading<Answer>(file: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw storeDown(file, error);
  }
}
