import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import type { Gauges } from '../../src/metrics/gauges.ts';
import type { Inventory } from '../../src/domain/inventory.ts';
import { anInventory, NOON } from '../support/builders.ts';
import { readExposition, type Family } from '../support/exposition.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';

export const someGauges = (change: Partial<Gauges> = {}): Gauges => ({
  at: NOON,
  storeUp: true,
  usage: {
    starts: { acme: { hour: 13, day: 240 } },
    spent: 31_204_000,
    leases: { account: 2, phone: 1 },
    quarantines: {},
  },
  states: { 'acme-sms': 'active', 'acme-totp': 'maintenance' },
  inboxesUp: { 'sim-rack': true, 'twilio-main': false },
  watch: {
    acme: {
      verdict: { cause: 'healthy', subject: null, posterior: 0.99, words: 'all is well', missing: [] },
      since: NOON,
      detectors: [
        {
          route: 'us-carrier-a',
          status: 'OK',
          hypothesis: null,
          score: -20,
          threshold: 10.26,
          badSince: null,
          badHours: [],
        },
      ],
      named: null,
    },
  },
  breakers: {},
  backupCodes: { 'acme/backup-1': 7 },
  clockOffsetMs: -12,
  clockErrorMs: 3,
  ...change,
});

export interface Stand {
  readonly metrics: Metrics;
  readonly clock: FakeClock;
  readonly logged: string[];
  readonly read: () => Promise<Map<string, Family>>;
}

/** Metrics of a configuration, over a clock that stands still. */
export function createStand(
  options: { inventory?: Inventory | null; gauges?: () => Promise<Gauges> } = {},
): Stand {
  const { inventory = anInventory(), gauges = () => Promise.resolve(someGauges()) } = options;
  const clock = new FakeClock();
  const logged: string[] = [];
  const logger = { log: (_level: string, event: string) => void logged.push(event) };
  const metrics = createMetrics({ version: '0.1.0', nodeVersion: '24.0.0', clock, logger, gauges });
  if (inventory) metrics.configure(inventory);
  return {
    metrics,
    clock,
    logged,
    read: async () => readExposition((await metrics.scrape(OPEN_METRICS)).body, true),
  };
}
