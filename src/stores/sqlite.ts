import { resolve } from 'node:path';
import type { Store } from '../ports/store.ts';
import { createStore } from './store.ts';

export interface SqliteOptions {
  /** Names this process; whoever finds the store in use can ask for it. */
  readonly boot: string;
}

/** A store without a file, which ends with the process. */
export const IN_MEMORY = ':memory:';

/**
 * Opens the store in one file, creating it and its folder; throws a StoreDown that says why when it cannot, and
 * who holds it when it is in use. The file is worked on in a thread of its own; `:memory:` is worked on right here.
 */
export async function openSqliteStore(path: string, options: SqliteOptions): Promise<Store> {
  if (path === IN_MEMORY) return openInMemory();
  // Loaded when used: the other way needs none of it.
  const { startRemoteEngine } = await import('./sqlite-remote.ts');
  const engine = await startRemoteEngine({ path: resolve(path), boot: options.boot });
  return createStore(engine.call, engine.close);
}

async function openInMemory(): Promise<Store> {
  const { connectSqlite } = await import('./sqlite-connection.ts');
  const { startEngine } = await import('./sqlite-engine.ts');
  const engine = await startEngine({
    path: IN_MEMORY,
    connect: () => connectSqlite(IN_MEMORY),
    defer: queueMicrotask,
  });
  return createStore(engine.call, engine.close);
}
