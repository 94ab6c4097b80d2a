import { collectDefaultMetrics, Registry, type OpenMetricsContentType } from 'prom-client';
import type { Attempt } from '../domain/attempt.ts';
import type { Inventory } from '../domain/inventory.ts';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Observer } from '../ports/observer.ts';
import { createBounds, NO_BOUNDS, type Bounds } from './bounds.ts';
import { describe, startAtZero } from './configured.ts';
import { expose, type Exposition } from './expose.ts';
import { openFamilies, type Families, type MetricsRegistry } from './families.ts';
import { countWaiting, forgetGauges, setGauges, type Gauges } from './gauges.ts';
import { noteReload, project } from './project.ts';
import { createRecent } from './recent.ts';
import { createWaiting } from './waiting.ts';

export interface Metrics extends Observer {
  /** Takes a configuration into use, at the start and at each reload: removed probes' series go, kept ones keep their counts. */
  configure(inventory: Inventory): void;
  /** Timestamps and last values from stored attempts, in any order; call after configure. */
  restore(attempts: readonly Attempt[]): void;
  /** Everything, in the format that the Accept header of a scrape asks for. */
  scrape(accept: string | undefined): Promise<Exposition>;
}

export interface MetricsOptions {
  readonly version: string;
  /** As process.versions.node has it. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked at each scrape; a failure or a slow answer leaves its series out. */
  readonly gauges: () => Promise<Gauges>;
}

/** A scrape has 10 s by default: a hanging store must not cost the whole of it. */
const GAUGES_TIMEOUT_MS = 2 * SECOND;

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = createRegistry();
  const families = openFamilies(registry);
  const waiting = createWaiting();
  const recent = createRecent(families);
  let inventory: Inventory | null = null;
  let bounds: Bounds = NO_BOUNDS;
  const projection = { families, waiting, recent, bounds: () => bounds };

  return {
    configure(next) {
      inventory = next;
      bounds = createBounds(next);
      for (const family of Object.values(families)) family.retain((labels) => bounds.allow(labels));
      waiting.retain(({ probe, target, factor }) => bounds.allow({ probe, target, factor }));
      recent.retain(bounds);
      describe(families, next);
      startAtZero(families, next);
      noteReload(families, true, options.clock.now());
      noteBuild(families, options, next.location);
    },
    restore(attempts) {
      for (const attempt of attempts) {
        const { probe, target, factor } = attempt;
        if (bounds.allow({ probe, target, factor })) recent.note(attempt, bounds);
      }
    },
    observe: (event) => project(projection, event),
    async scrape(accept) {
      if (inventory) {
        countWaiting(families, inventory, waiting, bounds);
        await pullGauges(families, () => inventory, options);
      }
      return expose(registry, accept);
    },
  };
}

function noteBuild(families: Families, { version, nodeVersion }: MetricsOptions, location: string): void {
  families.buildInfo.retain(() => false);
  families.buildInfo.set({ version, node_version: nodeVersion, location }, 1);
}

/** Gauges of Node's that are named like counters; the same numbers are there by type, without `_total`. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

function createRegistry(): MetricsRegistry {
  const registry = new Registry<OpenMetricsContentType>();
  // Only such a registry keeps exemplars; in which format it is shown is decided at each scrape.
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return registry;
}

async function pullGauges(
  families: Families,
  configured: () => Inventory | null,
  { clock, logger, gauges: pull }: MetricsOptions,
): Promise<void> {
  const answered = new AbortController();
  const slow = clock.sleep(GAUGES_TIMEOUT_MS, answered.signal).then(
    () => {
      throw new Error(`no answer within ${GAUGES_TIMEOUT_MS} ms`);
    },
    () => null,
  );
  try {
    const gauges = await Promise.race([pull(), slow]);
    const inventory = configured();
    if (gauges && inventory) setGauges(families, inventory, gauges);
  } catch (error) {
    forgetGauges(families);
    logger.log('warn', 'gauges_unavailable', {
      reason: error instanceof Error ? error.message : String(error),
    });
  } finally {
    answered.abort();
  }
}
