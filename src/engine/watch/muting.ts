import type { Inventory } from '../../domain/inventory.ts';
import type { ProbeEvent } from '../../ports/observer.ts';
import { routesOf } from './target-facts.ts';

/** Which routes are in maintenance: those all of whose probes skipped their last tick for it. */
export class Muting {
  readonly #resting = new Set<string>();
  readonly #inventory: Inventory | null;

  constructor(inventory: Inventory | null) {
    this.#inventory = inventory;
  }

  /** True when it changed anything. */
  note(event: Extract<ProbeEvent, { kind: 'tick_skipped' | 'tick_taken' }>): boolean {
    if (event.kind === 'tick_taken') return this.#resting.delete(event.probe);
    if (event.reason !== 'maintenance' || this.#resting.has(event.probe)) return false;
    this.#resting.add(event.probe);
    return true;
  }

  routesOf(target: string): ReadonlySet<string> {
    const inventory = this.#inventory;
    if (!inventory || this.#resting.size === 0) return new Set();
    const probes = inventory.probes.filter((probe) => probe.target === target && probe.delivered);
    const working = new Set(
      probes.filter(({ name }) => !this.#resting.has(name)).flatMap((probe) => routesOf(inventory, probe)),
    );
    const resting = probes.filter(({ name }) => this.#resting.has(name));
    return new Set(
      resting.flatMap((probe) => routesOf(inventory, probe)).filter((route) => !working.has(route)),
    );
  }
}
