import { CONTROL_TARGET, type Inventory } from './inventory.ts';

/** What of an inventory tells how often controls come. */
type Schedules = {
  readonly phones: readonly Pick<Inventory['phones'][number], 'name' | 'inbox'>[];
  readonly probes: readonly Pick<Inventory['probes'][number], 'target' | 'phones' | 'intervalMs'>[];
};

/**
 * How often one of our own control messages should reach an inbox, on average; null where none does. Controls take
 * their phones in turn, so that an inbox gets its phones' share; those that take all at each tick come more often.
 */
export function controlIntervalMs({ phones, probes }: Schedules, inbox: string): number | null {
  const inside = new Set(phones.filter((phone) => phone.inbox === inbox).map(({ name }) => name));
  const controls = probes.filter(({ target, intervalMs }) => target === CONTROL_TARGET && intervalMs > 0);
  const perMs = controls
    .map(
      (control) =>
        control.phones.filter((name) => inside.has(name)).length / control.phones.length / control.intervalMs,
    )
    .reduce((sum, rate) => sum + rate, 0);
  return perMs > 0 ? 1 / perMs : null;
}
