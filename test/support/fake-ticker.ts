import type { Schedule, Ticker } from '../../src/ports/ticker.ts';

/** Schedules that fire when told to. */
export class FakeTicker implements Ticker {
  readonly #listeners = new Map<string, Set<(tickAt: number) => void>>();
  /** Whether maintenance windows with this schedule are open. */
  readonly open = new Set<string>();

  start(schedule: Schedule, onTick: (tickAt: number) => void): () => void {
    const listeners = this.#listeners.get(schedule.cron) ?? new Set();
    this.#listeners.set(schedule.cron, listeners.add(onTick));
    return () => listeners.delete(onTick);
  }

  upcoming(_schedule: Schedule, count: number): number[] {
    return Array.from({ length: count }, (_, index) => index * 300_000);
  }

  firedWithin(schedule: Schedule): boolean {
    return this.open.has(schedule.cron);
  }

  fire(cron: string, tickAt: number): void {
    for (const onTick of this.#listeners.get(cron) ?? []) onTick(tickAt);
  }
}
