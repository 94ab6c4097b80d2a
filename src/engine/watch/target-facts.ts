import type { Inventory, ProbeEntry, TargetEntry } from '../../domain/inventory.ts';
import type { TargetFacts } from '../../domain/detector/target-config.ts';

/** What the detectors of a target are set up from; null where no code is delivered. */
export function targetFactsOf(inventory: Inventory, target: TargetEntry): TargetFacts | null {
  const probes = inventory.probes.filter((probe) => probe.target === target.name && probe.delivered);
  const routes = [...new Set(probes.flatMap((probe) => routesOf(inventory, probe)))].map((route) => {
    const here = probes.filter((probe) => routesOf(inventory, probe).includes(route));
    const perMs = here.reduce((sum, probe) => sum + shareOf(inventory, probe, route) / probe.intervalMs, 0);
    const phones = new Set(here.flatMap((probe) => phonesOf(inventory, probe, route)));
    return {
      route,
      intervalMs: 1 / perMs,
      deadlineMs: Math.max(...here.map((probe) => probe.deadlineMs)),
      phones: phones.size,
    };
  });
  return routes.length === 0 ? null : { routes, perPhone: target.limits.perPhone };
}

export const routesOf = (inventory: Inventory, probe: ProbeEntry): string[] => [
  ...new Set(
    inventory.phones.filter((phone) => probe.phones.includes(phone.name)).map((phone) => phone.route),
  ),
];

const phonesOf = (inventory: Inventory, probe: ProbeEntry, route: string): string[] =>
  inventory.phones
    .filter((phone) => phone.route === route && probe.phones.includes(phone.name))
    .map((phone) => phone.name);

/** A probe takes its phones in turn, so each route gets its share of the codes. */
const shareOf = (inventory: Inventory, probe: ProbeEntry, route: string): number =>
  phonesOf(inventory, probe, route).length / Math.max(1, probe.phones.length);
