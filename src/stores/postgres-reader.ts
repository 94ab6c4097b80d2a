import type { StoreReader } from '../ports/store.ts';
import { find } from './operations/attempts.ts';
import type { Database } from './operations/database.ts';
import { read, usage } from './operations/state.ts';
import { connectPostgres } from './postgres-server.ts';

/** The store of all nodes, to be looked at; makes no tables. Throws a StoreDown that says why when it cannot. */
export function openPostgresReader(url: string): Promise<StoreReader> {
  const server = connectPostgres(url, 2);
  const reading = <Answer>(look: (db: Database) => Promise<Answer>) =>
    server.use(async ({ queries }) => look(queries));
  return Promise.resolve({
    attempts: { find: (query) => reading((db) => find(db, query)) },
    state: {
      read: (prefix) => reading((db) => read(db, { prefix })),
      usage: (at) => reading((db) => usage(db, { at })),
    },
    close: () => server.close(),
  });
}
