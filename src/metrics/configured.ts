import { ALL_ROUTES } from '../domain/detector/target-config.ts';
import { controlIntervalMs } from '../domain/control-interval.ts';
import { CONTROL_TARGET, type Inventory, type ProbeEntry } from '../domain/inventory.ts';
import { TRUTHS } from '../domain/receipt.ts';
import { CODE_RESULTS, DISPOSITIONS, FAULT_OF, OUTCOMES, SKIPS } from '../domain/outcome.ts';
import { SECOND } from '../domain/units.ts';
import { INBOX_ERRORS } from '../ports/inbox.ts';
import { phonesOf } from './bounds.ts';
import type { Families } from './families.ts';

/** Series that say what is configured: replaced whole with every configuration. */
export function describe(families: Families, inventory: Inventory): void {
  const { probeInterval, probeDeadline, probeInfo, phoneInfo, inboxResolution, spendCap } = families;
  const { inboxControlInterval } = families;
  const described = [
    probeInterval,
    probeDeadline,
    probeInfo,
    phoneInfo,
    inboxResolution,
    spendCap,
    inboxControlInterval,
  ];
  for (const family of described) family.retain(() => false);

  for (const { name: probe, target, factor, flow, intervalMs, deadlineMs } of inventory.probes) {
    probeInfo.set({ probe, target, factor, flow }, 1);
    probeInterval.set({ probe }, intervalMs / SECOND);
    probeDeadline.set({ probe }, deadlineMs / SECOND);
  }
  for (const { name: phone, route, country, carrier, line, inbox } of inventory.phones) {
    phoneInfo.set({ phone, route, country, carrier, line, inbox }, 1);
  }
  for (const inbox of inventory.inboxes) {
    inboxResolution.set({ inbox: inbox.name }, inbox.resolutionMs / SECOND);
    const controlMs = controlIntervalMs(inventory, inbox.name);
    if (controlMs !== null) inboxControlInterval.set({ inbox: inbox.name }, controlMs / SECOND);
  }
  if (inventory.cap) spendCap.set({ currency: inventory.cap.currency }, inventory.cap.perMonth / 1e6);
}

/** Counters of what is configured start at 0: `increase` cannot see the step from absent to 1. */
export function startAtZero(families: Families, inventory: Inventory): void {
  for (const probe of inventory.probes) {
    startProbe(families, probe, inventory.location);
    startCodes(families, probe, inventory);
  }
  for (const { name: target } of inventory.targets) {
    for (const route of detectorsOf(inventory, target)) families.confirmations.add({ target, route }, 0);
  }
  for (const { name: inbox } of inventory.inboxes) {
    for (const disposition of DISPOSITIONS) families.inboxMessages.add({ inbox, disposition }, 0);
    for (const error of INBOX_ERRORS) families.inboxErrors.add({ inbox, error }, 0);
  }
}

/** The routes of a target's codes, and `all` where there are several. */
function detectorsOf(inventory: Inventory, target: string): string[] {
  const phones = new Map(inventory.phones.map((phone) => [phone.name, phone]));
  const probes = inventory.probes.filter((probe) => probe.target === target && probe.delivered);
  const routes = new Set(probes.flatMap((probe) => phonesOf(probe, phones)).map((phone) => phone.route));
  return routes.size > 1 ? [...routes, ALL_ROUTES] : [...routes];
}

function startProbe(families: Families, entry: ProbeEntry, location: string): void {
  const { name: probe, target, factor } = entry;
  for (const outcome of OUTCOMES) {
    families.attempts.add({ probe, target, factor, location, outcome, fault: FAULT_OF[outcome] }, 0);
  }
  for (const reason of SKIPS) families.skips.add({ probe, reason }, 0);
  families.logoutFailures.add({ probe }, 0);
}

function startCodes(families: Families, entry: ProbeEntry, inventory: Inventory): void {
  if (!entry.delivered) return;
  const { name: probe, target } = entry;
  const phones = new Map(inventory.phones.map((phone) => [phone.name, phone]));
  const takesReceipts = inventory.inboxes.some((inbox) => inbox.receiptsOnly);
  for (const { name: phone, route } of phonesOf(entry, phones)) {
    families.codesRequested.add({ probe, target, route, phone }, 0);
    for (const result of CODE_RESULTS) families.codes.add({ probe, target, route, phone, result }, 0);
    families.codeDelivery.zero({ probe, target, route });
    families.arrivedAfterExpiry.add({ probe, route }, 0);
    if (!takesReceipts || target === CONTROL_TARGET) continue;
    for (const truth of TRUTHS) families.receipts.add({ probe, target, route, truth }, 0);
  }
}
