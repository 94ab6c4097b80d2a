import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/stores/sqlite.ts';
import { storeContract, type OpenedStore } from '../contracts/store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'twofa-store-'));
const sharedPath = join(folder, 'shared.db');
let shared: Promise<Store> | null = null;
let files = 0;

afterAll(async () => {
  await (await shared)?.close();
  rmSync(folder, { recursive: true });
});

/** One thread serves many tests, each of which finds the tables empty: to start a thread takes a while. */
async function openEmptied(): Promise<OpenedStore> {
  shared ??= openSqliteStore(sharedPath, { boot: 'shared' });
  const store = await shared;
  const database = new DatabaseSync(sharedPath);
  const tables = [
    'leases',
    'attempts',
    'phones',
    'messages',
    'starts',
    'sends',
    'spend',
    'state',
    'counters',
    'skips',
    'orphans',
    'duties',
    'feed',
  ];
  for (const table of tables) database.exec(`DELETE FROM ${table}`);
  database.close();
  return { store, remove: () => Promise.resolve() };
}

async function openFile(): Promise<OpenedStore> {
  files += 1;
  const path = join(folder, `${files}.db`);
  let store = await openSqliteStore(path, { boot: 'boot-1' });
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openSqliteStore(path, { boot: 'boot-2' });
      return store;
    },
    remove: () => store.close(),
  };
}

async function openInMemory(): Promise<OpenedStore> {
  const store = await openSqliteStore(IN_MEMORY, { boot: 'boot-1' });
  return { store, remove: () => store.close() };
}

storeContract('SQLite in memory', openInMemory, null);
storeContract('SQLite in a file, in a thread of its own', openEmptied, openFile);
