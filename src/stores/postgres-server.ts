import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types as parsers, type CustomTypesConfig, type PoolClient } from 'pg';
import { asStoreError } from './postgres-errors.ts';
import type { Schema } from './schema.ts';

/** One connection, for as long as one call needs it. */
export interface Lane {
  readonly client: PoolClient;
  readonly queries: Kysely<Schema>;
}

/** A PostgreSQL server, through a bounded number of connections. */
export interface PostgresServer {
  /** Names the server in errors, without credentials. */
  readonly name: string;
  /** Lends a connection; one on which something failed is not used again. Throws StoreDown. */
  use<T>(work: (lane: Lane) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const INT8 = 20;

/** Whole numbers below 2^53, as everywhere in the schema, are numbers. */
const types: CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    id === INT8 ? Number : (parsers.getTypeParser(id, format) as never),
};

/**
 * The server ends what takes too long, and transactions of processes that were stopped in the middle of one, so
 * that their locks hold up nobody; we give up on a server that does not even answer that.
 */
const TIMEOUTS = {
  connectionTimeoutMillis: 8_000,
  statement_timeout: 8_000,
  idle_in_transaction_session_timeout: 4_000,
  query_timeout: 9_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5_000,
} as const;

export function connectPostgres(url: string, connections: number): PostgresServer {
  const pool = new Pool({
    connectionString: url,
    application_name: 'twofa-prober',
    max: connections,
    types,
    ...TIMEOUTS,
  });
  const name = serverName(url);
  const lanes = new WeakMap<PoolClient, Lane>();
  // A connection that breaks fails the call that uses it, if any does, and is replaced when the next one is needed.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });

  const laneOf = (client: PoolClient): Lane => {
    const lane = lanes.get(client) ?? { client, queries: queriesOver(client) };
    lanes.set(client, lane);
    return lane;
  };

  return {
    name,
    async use(work) {
      let client: PoolClient | null = null;
      let broken = true;
      try {
        client = await pool.connect();
        const result = await work(laneOf(client));
        broken = false;
        return result;
      } catch (error) {
        throw asStoreError(name, error);
      } finally {
        client?.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** All queries of the Kysely run on this one connection, within whatever transaction is open on it. */
function queriesOver(client: PoolClient): Kysely<Schema> {
  const lent = {
    query: client.query.bind(client) as never,
    release: () => undefined,
  };
  const pool = { connect: () => Promise.resolve(lent), end: () => Promise.resolve() };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pool as never }) });
}

/** `host:port/database`. */
export function serverName(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `postgres://${hostname === '' ? 'localhost' : hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch {
    return 'postgres://…';
  }
}
