import { StoreDown } from '../ports/store.ts';
import { operationNamed, type Call, type OperationName } from './operations/index.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { isDiskError, storeDown } from './sqlite-errors.ts';

export interface SqliteEngine {
  readonly call: Call;
  /** Ends when what has queued up is done. */
  readonly close: () => Promise<void>;
}

export interface EngineOptions {
  /** Names the store in errors. */
  readonly path: string;
  /** Opens the file, at the start and again after the disk failed. */
  readonly connect: () => Promise<SqliteConnection>;
  /** Starts the next batch, when those who want to be in it have had their turn. */
  readonly defer: (start: () => void) => void;
}

interface Waiting {
  readonly name: OperationName;
  readonly args: unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

type Ending = { readonly value: unknown } | { readonly error: unknown };

/**
 * Runs calls one after another, all that have queued up in one transaction: one wait for the disk serves all.
 *
 * open --batch--> open · open --disk fails--> broken (whole batch rejected) --next batch--> open, if it can be
 * opened · any --close--> closed
 */
export async function startEngine(options: EngineOptions): Promise<SqliteEngine> {
  let connection: SqliteConnection | null = await options.connect();
  let queue: Waiting[] = [];
  let pumping: Promise<void> | null = null;
  let closed = false;

  /** Nothing to be saved by it: what was not committed has been answered as failed. */
  const drop = () => {
    try {
      connection?.database.close();
    } catch {
      // The disk that failed fails the close, too.
    }
    connection = null;
  };

  const runAll = async (batch: readonly Waiting[]) => {
    try {
      connection ??= await options.connect();
      const endings = await runBatch(connection, batch);
      for (const [index, ending] of endings.entries()) settle(batch[index], ending);
    } catch (error) {
      drop();
      for (const waiting of batch) waiting.reject(storeDown(options.path, error));
    }
  };

  const pump = async () => {
    await new Promise<void>((resolve) => {
      options.defer(resolve);
    });
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      await runAll(batch);
    }
    pumping = null;
  };

  return {
    call: (name, args) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new StoreDown(`store ${options.path}: it is closed`));
          return;
        }
        queue.push({ name, args, resolve, reject });
        pumping ??= pump();
      }),
    async close() {
      closed = true;
      await pumping;
      drop();
    },
  };
}

function settle(waiting: Waiting | undefined, ending: Ending): void {
  if ('value' in ending) waiting?.resolve(ending.value as never);
  else waiting?.reject(ending.error);
}

/** Each call in its own savepoint: one that fails is undone alone. Throws when the file or its disk fails. */
async function runBatch(
  { database, queries }: SqliteConnection,
  batch: readonly Waiting[],
): Promise<Ending[]> {
  const endings: Ending[] = [];
  database.exec('BEGIN IMMEDIATE');
  for (const { name, args } of batch) {
    database.exec('SAVEPOINT one');
    try {
      endings.push({ value: await operationNamed(name)(queries, args) });
    } catch (error) {
      if (isDiskError(error)) throw error;
      database.exec('ROLLBACK TO one');
      endings.push({ error });
    }
    database.exec('RELEASE one');
  }
  database.exec('COMMIT');
  return endings;
}
