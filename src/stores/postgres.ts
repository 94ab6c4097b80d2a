import type { Store } from '../ports/store.ts';
import { migrate } from './migrations.ts';
import { createPostgresEngine } from './postgres-engine.ts';
import { lockKey } from './postgres-locks.ts';
import { connectPostgres, type PostgresServer } from './postgres-server.ts';
import { createStore } from './store.ts';

/** Of each node; PostgreSQL's default allows 100 for all. */
const CONNECTIONS = 8;

/**
 * Opens the store that all nodes share, creating or updating its tables; throws a StoreDown that says why when it
 * cannot. `postgres://user:password@host:port/database`.
 */
export async function openPostgresStore(url: string): Promise<Store> {
  const server = connectPostgres(url, CONNECTIONS);
  const urgent = connectPostgres(url, 1);
  const engine = createPostgresEngine(server, urgent);
  try {
    await migrateShared(server);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return createStore(engine.call, engine.close);
}

/** Whoever comes first does it, the others wait and find it done. */
async function migrateShared(server: PostgresServer): Promise<void> {
  await server.use(async ({ client, queries }) => {
    await client.query(`begin; select pg_advisory_xact_lock(${lockKey('migrations')})`);
    await migrate(queries, 'postgres');
    await client.query('commit');
  });
}
