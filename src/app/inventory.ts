import type { Config, ScheduledConfig } from '../config/config.ts';
import {
  CONTROL_TARGET,
  type InboxEntry,
  type Inventory,
  type PhoneEntry,
  type ProbeEntry,
} from '../domain/inventory.ts';
import { maskNumber, maskSender } from '../domain/units.ts';
import type { Inbox, InboxKind } from '../ports/inbox.ts';
import type { Ticker } from '../ports/ticker.ts';
import { kindNamed, type Kinds } from './kinds.ts';

/** How many firings the mean interval of a schedule is taken over. */
const FIRINGS = 50;
/** The factor of controls: they are text messages of our own. */
export const CONTROL_FACTOR = 'sms';

/** What of a configuration may be shown. */
export function inventoryOf(
  config: Config,
  kinds: Kinds,
  ticker: Ticker,
  inboxes: ReadonlyMap<string, Inbox>,
): Inventory {
  return {
    node: config.node.name,
    location: config.node.location,
    targets: Object.values(config.targets).map(({ name, url, limits }) => ({ name, url, limits })),
    probes: [...probeEntries(config, kinds, ticker), ...controlEntries(config, ticker)],
    phones: Object.values(config.phones).map((phone) => phoneEntry(phone)),
    inboxes: Object.entries(config.inboxes).map(([name, { kind }]) =>
      inboxEntry(name, kindNamed(kinds.inboxes, kind), inboxes),
    ),
    cap: config.spend,
  };
}

function probeEntries(config: Config, kinds: Kinds, ticker: Ticker): ProbeEntry[] {
  return Object.values(config.probes).map((probe) => {
    const accounts = config.targets[probe.target]?.accounts ?? {};
    const phones = probe.accounts.map((name) => accounts[name]?.phone ?? null);
    const { delivered } = kindNamed(kinds.factors, probe.factor);
    return {
      ...scheduled(probe, ticker),
      target: probe.target,
      factor: probe.factor,
      delivered,
      senders: delivered ? probe.senders.map(maskSender) : [],
      flow: probe.flow.kind,
      accounts: probe.accounts,
      phones: delivered ? unique(phones) : [],
    };
  });
}

function controlEntries(config: Config, ticker: Ticker): ProbeEntry[] {
  return Object.values(config.controls).map((control) => ({
    ...scheduled(control, ticker),
    target: CONTROL_TARGET,
    factor: CONTROL_FACTOR,
    delivered: true,
    senders: control.senders.map(maskSender),
    flow: 'control',
    accounts: control.phones,
    phones: control.phones,
  }));
}

function scheduled(probe: ScheduledConfig, ticker: Ticker) {
  const { name, schedule, deadlineMs, expiryMs } = probe;
  const firings = ticker.upcoming(schedule, FIRINGS);
  const [first = 0, last = 0] = [firings[0], firings.at(-1)];
  const intervalMs = firings.length > 1 ? (last - first) / (firings.length - 1) : 0;
  return { name, schedule: schedule.cron, timezone: schedule.timezone, intervalMs, deadlineMs, expiryMs };
}

function phoneEntry(phone: Config['phones'][string]): PhoneEntry {
  const { name, number, route, country, carrier, line, inbox } = phone;
  return { name, masked: maskNumber(number), route, country, carrier, line, inbox };
}

function inboxEntry(
  name: string,
  { kind, receiptsOnly }: InboxKind,
  inboxes: ReadonlyMap<string, Inbox>,
): InboxEntry {
  const inbox = inboxes.get(name);
  const resolutionMs = inbox?.hook || inbox?.connect ? 0 : (inbox?.poll?.everyMs ?? 0);
  return { name, kind, resolutionMs, ...(receiptsOnly ? { receiptsOnly } : {}) };
}

const unique = (names: readonly (string | null)[]): string[] => [
  ...new Set(names.filter((name) => name !== null)),
];
