import { CONTROL_TARGET, type Inventory, type PhoneEntry, type ProbeEntry } from '../domain/inventory.ts';
import type { Labels } from './families.ts';

/** What the configuration allows as label values: keeps series bounded, whatever an event says. */
export interface Bounds {
  allow(labels: Labels): boolean;
}

/** Before anything is configured, nothing is allowed. */
export const NO_BOUNDS: Bounds = { allow: () => false };

export function createBounds(inventory: Inventory): Bounds {
  const probes = new Map(inventory.probes.map((probe) => [probe.name, probe]));
  const phones = new Map(inventory.phones.map((phone) => [phone.name, phone]));
  const targets = new Set([CONTROL_TARGET, ...inventory.targets.map((target) => target.name)]);
  const inboxes = new Set(inventory.inboxes.map((inbox) => inbox.name));

  /** Of the probe named by the labels: its own target, factor, phones and routes, and no others. */
  function allowProbe(labels: Labels): boolean {
    const probe = probes.get(labels['probe'] ?? '');
    if (!probe) return false;
    const { target = probe.target, factor = probe.factor, phone, route } = labels;
    if (target !== probe.target || factor !== probe.factor) return false;
    if (phone !== undefined && !probe.phones.includes(phone)) return false;
    return route === undefined || allowRoute(probe, phone, route);
  }

  const allowRoute = (probe: ProbeEntry, phone: string | undefined, route: string): boolean =>
    phone === undefined
      ? phonesOf(probe, phones).some((entry) => entry.route === route)
      : phones.get(phone)?.route === route;

  return {
    allow: (labels) =>
      (labels['probe'] === undefined || allowProbe(labels)) &&
      (labels['target'] === undefined || targets.has(labels['target'])) &&
      (labels['inbox'] === undefined || inboxes.has(labels['inbox'])),
  };
}

/** The phones that a probe's codes can come to. */
export const phonesOf = (probe: ProbeEntry, phones: ReadonlyMap<string, PhoneEntry>): PhoneEntry[] =>
  probe.phones.flatMap((name) => phones.get(name) ?? []);
