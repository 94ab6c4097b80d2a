import type { Topic } from '../ports/shared.ts';
import { StoreDown } from '../ports/store.ts';
import { operationNamed, type Call, type OperationName } from './operations/index.ts';
import { isConflict } from './postgres-errors.ts';
import { CHANNEL } from './postgres-listener.ts';
import { lockStatements, locksOf } from './postgres-locks.ts';
import type { Lane, PostgresServer } from './postgres-server.ts';

export interface PostgresEngine {
  readonly call: Call;
  /** Ends when what has been asked is answered. */
  readonly close: () => Promise<void>;
}

/** Two that got in each other's way: one of them is through after its second try. */
const TRIES = 3;

/** Runs each call in a transaction of its own, beside those of all nodes, with the locks that it needs. */
export function createPostgresEngine(server: PostgresServer, urgent: PostgresServer): PostgresEngine {
  const pending = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;

  const close = async () => {
    await Promise.allSettled(pending);
    await Promise.all([server.close(), urgent.close()]);
  };

  const call: Call = (name, args) => {
    if (closing) return Promise.reject(new StoreDown(`store ${server.name}: it is closed`));
    // Leases are kept alive on a connection of their own, which nothing else can hold up.
    const through = name === 'renew' ? urgent : server;
    const work = retried(() => through.use((lane) => runOperation(lane, name, args)));
    const known = work.catch(() => undefined).finally(() => pending.delete(known));
    pending.add(known);
    return work as never;
  };

  return { call, close: () => (closing ??= close()) };
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const cause = error instanceof StoreDown ? error.cause : error;
      if (tries >= TRIES || !isConflict(cause)) throw error;
    }
  }
}

async function runOperation({ client, queries }: Lane, name: OperationName, args: unknown): Promise<unknown> {
  const operation = operationNamed(name);
  const locks = locksOf(name, args);
  if (locks === 'none') return operation(queries, args);
  // Each statement sees what was committed before it: what is read after the locks is read as they protect it.
  await client.query(['begin isolation level read committed', ...lockStatements(locks)].join('; '));
  try {
    const result = await operation(queries, args);
    const topic = topicOf(name, result);
    if (topic !== null) await client.query('select pg_notify($1, $2)', [CHANNEL, topic]);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Who waits for what was just written; they hear of it with the commit. */
function topicOf(name: OperationName, result: unknown): Topic | null {
  if (name === 'appendFeed') return 'feed';
  if (name !== 'record') return null;
  const { attempt, disposition } = Object(result) as { attempt?: unknown; disposition?: unknown };
  return typeof attempt === 'string' && disposition === null ? `attempt ${attempt}` : null;
}
