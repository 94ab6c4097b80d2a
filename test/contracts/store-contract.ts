import { afterEach, describe } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { attemptTests } from '../stores/attempt-tests.ts';
import { guardTests } from '../stores/guard-tests.ts';
import { leaseTests } from '../stores/lease-tests.ts';
import { limitTests } from '../stores/limit-tests.ts';
import { messageTests } from '../stores/message-tests.ts';
import { nodeTests } from '../stores/node-tests.ts';
import { restartTests } from '../stores/restart-tests.ts';
import { stateTests } from '../stores/state-tests.ts';

/** A store under test, and what ends it with all that it left behind. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes it and opens it again, as another process does; absent where nothing outlives the process. */
  readonly reopen?: () => Promise<Store>;
  readonly remove: () => Promise<void>;
}

/** Opens an empty store for the test that asks. */
export type Fresh = () => Promise<OpenedStore>;

/** What every store must do, whatever it is built on; where it outlives its process, across restarts, too. */
export function storeContract(name: string, open: Fresh, openDurable: Fresh | null): void {
  describe(`the store: ${name}`, () => {
    const opened: OpenedStore[] = [];
    const kept =
      (open: Fresh): Fresh =>
      async () => {
        const one = await open();
        opened.push(one);
        return one;
      };
    const fresh = kept(open);
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.remove()));
    });
    leaseTests(fresh);
    limitTests(fresh);
    attemptTests(fresh);
    guardTests(fresh);
    messageTests(fresh);
    stateTests(fresh);
    nodeTests(fresh);
    if (openDurable) restartTests(kept(openDurable));
  });
}
