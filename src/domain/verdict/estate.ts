import { CONTROL_TARGET, type Inventory, type ProbeEntry } from '../inventory.ts';

/** What we own to find a target's broken component with. */
export interface Estate {
  /** Phones that the target's codes or our controls go to. */
  readonly phones: readonly EstatePhone[];
  /** Whether a probe of the target makes its codes itself: its login without any delivery. */
  readonly hasOwnFactor: boolean;
  readonly hasCanary: boolean;
  /** Mean time between two attempts of a kind; null: there are none. */
  readonly intervalMs: {
    readonly sms: number | null;
    readonly own: number | null;
    readonly control: number | null;
  };
}

export interface EstatePhone {
  readonly name: string;
  /** The carrier, told apart by country. */
  readonly carrier: string;
  readonly inbox: string;
  readonly takesCodes: boolean;
  readonly takesControls: boolean;
}

export function estateOf(inventory: Inventory, target: string, hasCanary: boolean): Estate {
  const probes = inventory.probes.filter((probe) => probe.target === target);
  const sms = probes.filter(({ delivered }) => delivered);
  const own = probes.filter(({ delivered }) => !delivered);
  const controls = inventory.probes.filter((probe) => probe.target === CONTROL_TARGET);
  const codes = new Set(sms.flatMap(({ phones }) => phones));
  const controlled = new Set(controls.flatMap(({ phones }) => phones));
  return {
    phones: inventory.phones
      .filter(({ name }) => codes.has(name) || controlled.has(name))
      .map(({ name, carrier, country, inbox }) => ({
        name,
        carrier: `${carrier} (${country})`,
        inbox,
        takesCodes: codes.has(name),
        takesControls: controlled.has(name),
      })),
    hasOwnFactor: own.length > 0,
    hasCanary,
    intervalMs: { sms: combined(sms), own: combined(own), control: combined(controls) },
  };
}

/** Several schedules together fire as often as all of them. */
function combined(probes: readonly ProbeEntry[]): number | null {
  const perMs = probes.reduce((total, { intervalMs }) => total + 1 / intervalMs, 0);
  return perMs > 0 ? 1 / perMs : null;
}
