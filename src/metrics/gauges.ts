import type { Inventory } from '../domain/inventory.ts';
import type { EpochMs } from '../domain/units.ts';
import { SECOND } from '../domain/units.ts';
import { PROBE_STATES, type ProbeState, type WatchView } from '../ports/operations.ts';
import type { Usage } from '../ports/store.ts';
import type { Bounds } from './bounds.ts';
import type { Families } from './families.ts';
import type { Waiting } from './waiting.ts';
import { setWatch } from './watch-gauges.ts';

/** What is asked for at each scrape, because it changes by itself. What is not known is null or left out. */
export interface Gauges {
  readonly at: EpochMs;
  readonly storeUp: boolean;
  /** null while the store cannot be asked. */
  readonly usage: Usage | null;
  /** By probe. */
  readonly states: Readonly<Record<string, ProbeState>>;
  /** By inbox. */
  readonly inboxesUp: Readonly<Record<string, boolean>>;
  /** By inbox: when its last message came. */
  readonly lastMessages?: Readonly<Record<string, EpochMs>>;
  /** By target. */
  readonly watch: Readonly<Record<string, WatchView>>;
  /** By target: until when the breaker is open. */
  readonly breakers: Readonly<Record<string, EpochMs>>;
  /** By target/account. */
  readonly backupCodes: Readonly<Record<string, number>>;
  /** This node's wall clock minus the reference clock. */
  readonly clockOffsetMs: number | null;
  /** The true offset lies within this much of it. */
  readonly clockErrorMs: number | null;
}

/** Series that only the app's answer can fill: without one they are absent, which is better than old. */
const pulled = ({ budgetRemaining, spendMonth, breakerOpen, leasesHeld, ...families }: Families) => [
  budgetRemaining,
  spendMonth,
  breakerOpen,
  leasesHeld,
  families.probeState,
  families.outageState,
  families.outageScore,
  families.outageThreshold,
  families.verdict,
  families.inboxLastMessage,
  families.backupCodesRemaining,
  families.clockOffset,
  families.clockOffsetError,
];

export function forgetGauges(families: Families): void {
  for (const family of pulled(families)) family.retain(() => false);
}

export function setGauges(families: Families, inventory: Inventory, gauges: Gauges): void {
  forgetGauges(families);
  families.storeUp.set({}, Number(gauges.storeUp));
  if (gauges.clockOffsetMs !== null) families.clockOffset.set({}, gauges.clockOffsetMs / SECOND);
  if (gauges.clockErrorMs !== null) families.clockOffsetError.set({}, gauges.clockErrorMs / SECOND);
  for (const { name: inbox } of inventory.inboxes) {
    const up = gauges.inboxesUp[inbox];
    if (up !== undefined) families.inboxUp.set({ inbox }, Number(up));
    const last = gauges.lastMessages?.[inbox];
    if (last !== undefined) families.inboxLastMessage.set({ inbox }, last / SECOND);
  }
  for (const { name: probe } of inventory.probes) {
    const current = gauges.states[probe];
    if (current === undefined) continue;
    for (const state of PROBE_STATES) families.probeState.set({ probe, state }, Number(state === current));
  }
  for (const { name: target } of inventory.targets) {
    families.breakerOpen.set({ target }, Number((gauges.breakers[target] ?? -Infinity) > gauges.at));
  }
  for (const [account, codes] of Object.entries(gauges.backupCodes)) {
    families.backupCodesRemaining.set({ account }, codes);
  }
  if (gauges.usage) setUsage(families, inventory, gauges.usage);
  setWatch(families, gauges.watch);
}

function setUsage(families: Families, inventory: Inventory, usage: Usage): void {
  for (const { name: target, limits } of inventory.targets) {
    const starts = usage.starts[target] ?? { hour: 0, day: 0 };
    const remaining = { hour: limits.perHour - starts.hour, day: limits.perDay - starts.day };
    for (const window of ['hour', 'day'] as const) {
      families.budgetRemaining.set({ target, window }, Math.max(0, remaining[window]));
    }
  }
  if (inventory.cap) families.spendMonth.set({ currency: inventory.cap.currency }, usage.spent / 1e6);
  families.leasesHeld.set({ kind: 'account' }, usage.leases.account);
  families.leasesHeld.set({ kind: 'phone' }, usage.leases.phone);
}

/** What runs and what is overdue on this node, counted anew. */
export function countWaiting(
  families: Families,
  inventory: Inventory,
  waiting: Waiting,
  bounds: Bounds,
): void {
  for (const { name: probe, delivered, phones } of inventory.probes) {
    families.attemptsInFlight.set(
      { probe },
      count(waiting.running(), (plan) => plan.probe === probe),
    );
    if (!delivered) continue;
    for (const phone of phones) {
      if (!bounds.allow({ probe, phone })) continue;
      const late = count(waiting.late(), (plan) => plan.probe === probe && plan.phone === phone);
      families.codesOverdue.set({ probe, phone }, late);
    }
  }
}

function count<Item>(items: Iterable<Item>, test: (item: Item) => boolean): number {
  let matching = 0;
  for (const item of items) if (test(item)) matching += 1;
  return matching;
}
