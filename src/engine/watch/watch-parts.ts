import type { EpochMs } from '../../domain/units.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Store } from '../../ports/store.ts';
import type { Notify } from '../notify.ts';
import type { Probing } from './probing.ts';

export interface WatchSettings {
  readonly targetFalseAlarmDays: number;
  readonly hasCanary: boolean;
}

export interface WatchDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Time as the store counts it. */
  readonly storeNow: () => EpochMs;
  readonly notify: Notify;
  readonly logger: Logger;
  readonly probing: Probing;
  /** Asks the neutral site, if there is one; the answer comes by `canary`. */
  readonly askCanary: () => void;
}
