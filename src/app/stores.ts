import type { Config } from '../config/config.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Shared } from '../ports/shared.ts';
import type { Store } from '../ports/store.ts';

/** A store, and what its nodes share beside it where there can be several. */
export interface OpenedStore {
  readonly store: Store;
  readonly shared: Shared | null;
}

export interface StoreDeps {
  /** Names this process. */
  readonly boot: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

type StoreConfig = Config['store'];
type Opener<Kind extends StoreConfig['kind']> = (
  store: Extract<StoreConfig, { kind: Kind }>,
  deps: StoreDeps,
) => Promise<OpenedStore>;

/** Each loads its libraries when it is opened: the others need none of them. */
const STORES: { readonly [Kind in StoreConfig['kind']]: Opener<Kind> } = {
  sqlite: async ({ path }, { boot }) => {
    const { openSqliteStore } = await import('../stores/sqlite.ts');
    return { store: await openSqliteStore(path, { boot }), shared: null };
  },
  postgres: async ({ url }, { clock, logger }) => {
    const { openPostgresStore } = await import('../stores/postgres.ts');
    const { openPgBossQueue } = await import('../queue/pg-boss-queue.ts');
    const { store, ...shared } = await openPostgresStore(url.reveal(), clock);
    try {
      const queue = await openPgBossQueue({ url: url.reveal(), clock, logger });
      return { store, shared: { ...shared, queue } };
    } catch (error) {
      await store.close();
      throw error;
    }
  },
};

/** Throws a StoreDown that says why the store cannot be used. */
export function openStore(config: StoreConfig, deps: StoreDeps): Promise<OpenedStore> {
  const open = STORES[config.kind] as Opener<StoreConfig['kind']>;
  return open(config, deps);
}

export async function closeStore({ store, shared }: OpenedStore): Promise<void> {
  await shared?.queue.close();
  await store.close();
}
