import { SECOND } from '../units.ts';
import { configFor, windowLimit, type DetectorConfig } from './config.ts';

/** The name of the detector that all routes of a target feed; no route may be called so. */
export const ALL_ROUTES = 'all';

/** The settings of a target's detectors, by name. */
export interface TargetConfig {
  readonly detectors: Readonly<Record<string, DetectorConfig>>;
  /** How long after a deadline the tick waits: a code that came in time may still be on its way through us. */
  readonly graceMs: number;
}

/** What is known of a target when its detectors are set up. */
export interface TargetFacts {
  readonly routes: readonly TargetRoute[];
  /** The target's limit for one number. */
  readonly perPhone: { readonly sends: number; readonly windowMs: number };
}

export interface TargetRoute {
  readonly route: string;
  /** Mean time between two scheduled codes to the route. */
  readonly intervalMs: number;
  /** Of its probes; the longest where they differ. */
  readonly deadlineMs: number;
  /** How many of our numbers it has. */
  readonly phones: number;
}

/** Every detector of the target gets the same threshold: it follows from the probes of all its routes. */
export function targetConfigFor(facts: TargetFacts, overrides: Partial<DetectorConfig> = {}): TargetConfig {
  const { routes, perPhone } = facts;
  const probesPerMs = routes.reduce((total, { intervalMs }) => total + 1 / intervalMs, 0);
  const detectors: Record<string, DetectorConfig> = {};
  for (const { route, ...known } of routes) {
    if (route === ALL_ROUTES) {
      throw new RangeError(
        `a route is called "${ALL_ROUTES}", which names all routes together; rename the route`,
      );
    }
    const own = { ...known, perPhone, routes: known.intervalMs * probesPerMs };
    detectors[route] = configFor(own, overrides);
  }
  if (routes.length > 1) {
    const windowSends = Object.values(detectors).reduce((total, config) => total + windowLimit(config), 0);
    const together = {
      intervalMs: 1 / probesPerMs,
      deadlineMs: Math.max(...routes.map(({ deadlineMs }) => deadlineMs)),
      phones: routes.reduce((total, { phones }) => total + phones, 0),
      perPhone,
      routes: 1,
    };
    detectors[ALL_ROUTES] = configFor(together, { ...overrides, windowSends });
  }
  return { detectors, graceMs: 2 * SECOND };
}
