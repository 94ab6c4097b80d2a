import type { Config } from '../config/config.ts';
import type { Inventory } from '../domain/inventory.ts';
import type { Stamp } from '../domain/stamp.ts';
import type { PhoneNumber } from '../domain/units.ts';
import type { ProbeSpec } from '../engine/probe-spec.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { Logger } from '../ports/logger.ts';
import type { Sender } from '../ports/sender.ts';
import type { Ticker } from '../ports/ticker.ts';
import { inventoryOf } from './inventory.ts';
import { kindNamed, type Kinds } from './kinds.ts';
import { requireFlows } from './prepare.ts';
import { buildProbes } from './probes.ts';
import type { Screenshots } from './screenshots.ts';

/** All that one reading of the configuration leads to; a reload makes the next one. */
export interface Generation {
  readonly config: Config;
  readonly inventory: Inventory;
  readonly specs: readonly ProbeSpec[];
  readonly inboxes: ReadonlyMap<string, Inbox>;
  /** Phone names by number. */
  readonly numbers: ReadonlyMap<PhoneNumber, string>;
}

export interface GenerationDeps {
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly stamp: () => Stamp;
  readonly logger: Logger;
  readonly version: string;
  readonly newControlCode: () => string;
  readonly keepScreenshot?: Screenshots['keep'];
}

/** Builds everything anew, and loads the flows' code. Throws FlowsRefused. */
export async function buildGeneration(config: Config, deps: GenerationDeps): Promise<Generation> {
  const inboxes = buildInboxes(config, deps);
  const senders = buildSenders(config, deps);
  const inventory = inventoryOf(config, deps.kinds, deps.ticker, inboxes);
  const numbers = new Map(Object.values(config.phones).map((phone) => [phone.number, phone.name]));
  const specs = buildProbes(config, inventory, { ...deps, senders });
  await requireFlows(
    specs.map(({ entry, flow }) => ({ name: entry.name, flow })),
    deps.clock,
  );
  return { config, inventory, specs, inboxes, numbers };
}

function buildInboxes(config: Config, deps: GenerationDeps): Map<string, Inbox> {
  const { clock, stamp, logger } = deps;
  const publicUrl = config.hooks?.publicUrl ?? null;
  return new Map(
    Object.entries(config.inboxes).map(([name, { kind, settings }]) => {
      const inbox = kindNamed(deps.kinds.inboxes, kind);
      const numbers = numbersOf(config, name);
      return [name, inbox.create(settings, { name, clock, stamp, numbers, publicUrl, logger })];
    }),
  );
}

/** The numbers that are read through this inbox. */
export const numbersOf = (config: Pick<Config, 'phones'>, inbox: string): PhoneNumber[] =>
  Object.values(config.phones).flatMap((phone) => (phone.inbox === inbox ? [phone.number] : []));

function buildSenders(config: Config, deps: GenerationDeps): Map<string, Sender> {
  return new Map(
    Object.entries(config.senders).map(([name, { kind, settings }]) => {
      const sender = kindNamed(deps.kinds.senders, kind);
      return [name, sender.create(settings, { name, logger: deps.logger })];
    }),
  );
}
