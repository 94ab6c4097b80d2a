import type { Clock } from '../ports/clock.ts';
import type { Shared } from '../ports/shared.ts';
import type { Store } from '../ports/store.ts';
import { migrate } from './migrations.ts';
import { createPostgresEngine } from './postgres-engine.ts';
import { createListener } from './postgres-listener.ts';
import { lockKey } from './postgres-locks.ts';
import { connectPostgres, type PostgresServer } from './postgres-server.ts';
import { clockOn, readServerTime } from './postgres-time.ts';
import { createStore } from './store.ts';

/** Of each node; PostgreSQL's default allows 100 for all. */
const CONNECTIONS = 8;

/** The store, and what its nodes have beside it but the queue. Closing the store ends all of it. */
export interface PostgresStore extends Pick<Shared, 'wakes' | 'clock' | 'offset'> {
  readonly store: Store;
}

/**
 * Opens the store that all nodes share, creating or updating its tables; throws a StoreDown that says why when it
 * cannot. `postgres://user:password@host:port/database`.
 */
export async function openPostgresStore(url: string, clock: Clock): Promise<PostgresStore> {
  const server = connectPostgres(url, CONNECTIONS);
  const urgent = connectPostgres(url, 1);
  const engine = createPostgresEngine(server, urgent);
  try {
    await migrateShared(server);
    const time = await readServerTime(clock, () => timeOf(server));
    const listener = createListener(url, clock);
    const closing = new AbortController();
    const loops = [time.run(closing.signal), listener.run(closing.signal)];
    const close = async () => {
      closing.abort(new Error('the store is closed'));
      await Promise.all(loops);
      await engine.close();
    };
    return {
      store: createStore(engine.call, close),
      wakes: listener,
      clock: clockOn(time, clock),
      offset: () => time.offset(),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Whoever comes first does it, the others wait and find it done. */
async function migrateShared(server: PostgresServer): Promise<void> {
  await server.use(async ({ client, queries }) => {
    await client.query(`begin; select pg_advisory_xact_lock(${lockKey('migrations')})`);
    await migrate(queries, 'postgres');
    await client.query('commit');
  });
}

/** In milliseconds, with fractions. */
const timeOf = (server: PostgresServer): Promise<number> =>
  server.use(async ({ client }) => {
    const { rows } = await client.query<{ ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
    );
    return rows[0]?.ms ?? Number.NaN;
  });
