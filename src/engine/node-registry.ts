import { SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { StoreDown, type StateBook } from '../ports/store.ts';

const SAY_EVERY_MS = 5 * SECOND;
/** A node that was silent for longer is taken for dead. */
const ALIVE_MS = 20 * SECOND;
/** A node that was silent for longer is forgotten. */
const FORGOTTEN_MS = 3600 * SECOND;
const PREFIX = 'node/';

interface KnownNode {
  readonly location: string;
  readonly boot: string;
  readonly seenAt: EpochMs;
}

/** Which nodes live, and where: each says so again and again, and hears the others. */
export class NodeRegistry {
  readonly #deps: NodeRegistryDeps;
  #nodes: ReadonlyMap<string, KnownNode> = new Map();

  constructor(deps: NodeRegistryDeps) {
    this.#deps = deps;
  }

  /** Locations with a living node, ours among them. */
  get locations(): string[] {
    const at = this.#deps.clock.now();
    const living = [...this.#nodes.values()].filter(({ seenAt }) => at - seenAt < ALIVE_MS);
    return [...new Set([this.#deps.location, ...living.map(({ location }) => location)])].sort();
  }

  /** Locations that had nodes, all of which have died: what was given to them is left to the others. */
  get deserted(): string[] {
    const living = new Set(this.locations);
    const known = new Set([...this.#nodes.values()].map(({ location }) => location));
    return [...known].filter((location) => !living.has(location)).sort();
  }

  /** Throws StoreDown. */
  async say(): Promise<void> {
    const { state, node, boot, location, clock, logger } = this.#deps;
    const at = clock.now();
    await state.write({ [`${PREFIX}${node}`]: { location, boot, seenAt: at } satisfies KnownNode });
    const entries = Object.entries(await state.read(PREFIX));
    const nodes = entries.flatMap(([key, value]) => {
      const known = parseNode(value);
      return known ? [[key.slice(PREFIX.length), known] as const] : [];
    });
    const before = this.#nodes.get(node);
    if (before && before.boot !== boot && at - before.seenAt < ALIVE_MS) {
      logger.log('error', 'node_name_taken', {
        node,
        hint: 'two running nodes have this name: set node.name',
      });
    }
    const old = nodes.filter(([, { seenAt }]) => at - seenAt > FORGOTTEN_MS);
    if (old.length > 0) {
      await state.write(Object.fromEntries(old.map(([name]) => [`${PREFIX}${name}`, null])));
    }
    this.#nodes = new Map(nodes);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(SAY_EVERY_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.say().catch((error: unknown) => {
        if (!(error instanceof StoreDown)) throw error;
      });
    }
  }
}

export interface NodeRegistryDeps {
  readonly state: StateBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly node: string;
  readonly boot: string;
  readonly location: string;
}

function parseNode(value: unknown): KnownNode | null {
  const { location, boot, seenAt } = Object(value) as Partial<Record<keyof KnownNode, unknown>>;
  const isNode = typeof location === 'string' && typeof boot === 'string' && typeof seenAt === 'number';
  return isNode ? { location, boot, seenAt } : null;
}
