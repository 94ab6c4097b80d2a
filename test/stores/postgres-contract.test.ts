import { afterAll, beforeAll } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { storeContract, type OpenedStore } from '../contracts/store-contract.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
const openStore = async (url: string): Promise<Store> =>
  (await openPostgresStore(url, createSystemClock())).store;
let shared: { readonly store: Store; readonly url: string };

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.database();
  shared = { url, store: await openStore(url) };
}, 60_000);

afterAll(async () => {
  await shared.store.close();
  await postgres.stop();
});

/** One database serves many tests, each of which finds the tables empty. */
async function openEmptied(): Promise<OpenedStore> {
  const tables = await postgres.query(
    shared.url,
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migrations' order by tablename = 'attempts'`,
  );
  await postgres.query(shared.url, tables.map(({ name }) => `delete from ${String(name)}`).join('; '));
  return { store: shared.store, remove: () => Promise.resolve() };
}

async function openDatabase(): Promise<OpenedStore> {
  const url = await postgres.database();
  let store = await openStore(url);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openStore(url);
      return store;
    },
    remove: () => store.close(),
  };
}

storeContract('PostgreSQL', openEmptied, openDatabase);
