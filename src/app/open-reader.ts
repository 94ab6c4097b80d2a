import type { StoreConfig } from '../config/config.ts';
import type { StoreReader } from '../ports/store.ts';

type Opener<Kind extends StoreConfig['kind']> = (
  store: Extract<StoreConfig, { kind: Kind }>,
) => Promise<StoreReader>;

const READERS: { readonly [Kind in StoreConfig['kind']]: Opener<Kind> } = {
  sqlite: async ({ path }) => (await import('../stores/sqlite-reader.ts')).openSqliteReader(path),
  postgres: async ({ url }) =>
    (await import('../stores/postgres-reader.ts')).openPostgresReader(url.reveal()),
};

/** The configured store, to be looked at while daemons work on it. Throws a StoreDown that says why when it cannot. */
export function openReader(store: StoreConfig): Promise<StoreReader> {
  const open = READERS[store.kind] as Opener<StoreConfig['kind']>;
  return open(store);
}
