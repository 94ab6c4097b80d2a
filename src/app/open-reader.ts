import type { StoreConfig } from '../config/config.ts';
import type { StoreReader } from '../ports/store.ts';
import { openSqliteReader } from '../stores/sqlite-reader.ts';

/** The configured store, to be looked at while a daemon works on it. Throws a StoreDown that says why when it cannot. */
export function openReader(store: StoreConfig): Promise<StoreReader> {
  if (store.kind === 'sqlite') return openSqliteReader(store.path);
  throw new Error('this version keeps its state in SQLite; set `store` to the path of a file');
}
