import type { Inventory } from '../../domain/inventory.ts';
import type { Observer } from '../../ports/observer.ts';
import type { WatchView } from '../../ports/operations.ts';
import type { TargetWatch } from './target-watch.ts';
import type { VerdictHistory } from './verdict-history.ts';
import type { WatchSettings } from './watch-parts.ts';

/** The watch over all targets, whichever node keeps it. */
export interface Watching extends Observer {
  readonly history: VerdictHistory;
  /** What this node itself watches. */
  readonly targets: ReadonlyMap<string, TargetWatch>;
  /** What people see of it, by target: the same on every node. Throws StoreDown. */
  views(): Promise<Readonly<Record<string, WatchView>>>;
  /** Whether this node reaches the neutral site. */
  canary(ok: boolean): void;
  configure(inventory: Inventory, settings: WatchSettings): Promise<void>;
  run(signal: AbortSignal): Promise<void>;
}
