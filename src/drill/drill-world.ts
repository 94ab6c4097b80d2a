import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App } from '../app/create-app.ts';
import { inventoryOf } from '../app/inventory.ts';
import { KINDS } from '../app/kinds.ts';
import type { Config } from '../config/config.ts';
import { renderDiagnostics } from '../config/diagnostics.ts';
import { loadConfig } from '../config/load.ts';
import { targetConfigFor } from '../domain/detector/target-config.ts';
import type { TargetState } from '../domain/detector/target-detector.ts';
import { MINUTE } from '../domain/units.ts';
import { targetFactsOf } from '../engine/watch/target-facts.ts';
import { watchKey } from '../engine/watch/stored-watch.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Observer } from '../ports/observer.ts';
import type { Store } from '../ports/store.ts';
import type { Ticker } from '../ports/ticker.ts';
import { createClockTicker } from '../runtime/clock-ticker.ts';
import { createSimulator, type Simulator } from '../sim/simulator.ts';
import { IN_MEMORY, openSqliteStore } from '../stores/sqlite.ts';
import { drillConfig, ESTATE } from './estate.ts';
import { learnHealthy } from './learned.ts';

export interface DrillWorld {
  readonly simulator: Simulator;
  readonly app: App;
  /** Base address of the status page and the metrics. */
  readonly web: string;
  /** Ends everything and leaves nothing behind. */
  close(): Promise<void>;
}

export interface DrillWorldOptions {
  readonly seed: string;
  /** The time of the daemon and of the simulation alike. */
  readonly clock: Clock;
  readonly version: string;
  readonly logger: Logger;
  readonly observers: readonly Observer[];
}

/** The real daemon against the simulator, on one clock, with two healthy weeks behind its detectors. Started. */
export async function openDrillWorld(options: DrillWorldOptions): Promise<DrillWorld> {
  const { seed, clock, version, logger, observers } = options;
  const ticker = createClockTicker(clock);
  const simulator = createSimulator({ clock, seed });
  const folder = await mkdtemp(join(tmpdir(), 'twofa-prober-drill-'));
  let app: App | null = null;
  const close = async () => {
    await app?.stop();
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const address = await simulator.start();
    const hooks = `127.0.0.1:${await freePort()}`;
    const config = await configOf(folder, drillConfig(simulator.world, { ...address, hooks }));
    const store = await storeOf(learnedBefore(config, { ticker, clock, simulator, seed }));
    app = await createApp(config, { version, logger, observers, clock, ticker, store });
    const smsUrl = `http://${hooks}/hooks/${ESTATE.inbox}`;
    for (const { name } of simulator.world.phones) simulator.connect(name, { manner: 'twilio', smsUrl });
    const { web } = await app.start();
    return { simulator, app, web: web ? `http://${web.host}:${web.port}` : '', close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function configOf(folder: string, text: string): Promise<Config> {
  const file = join(folder, 'drill.yaml');
  await writeFile(file, text, { mode: 0o600 });
  const loaded = await loadConfig(file, { kinds: KINDS });
  if (!loaded.ok) throw new Error(`the drill's own configuration: ${renderDiagnostics(loaded.faults, file)}`);
  return loaded.config;
}

interface Learning {
  readonly ticker: Ticker;
  readonly clock: Clock;
  readonly simulator: Simulator;
  readonly seed: string;
}

function learnedBefore(config: Config, { ticker, clock, simulator, seed }: Learning): TargetState {
  const inventory = inventoryOf(config, KINDS, ticker, new Map());
  const target = inventory.targets.find(({ name }) => name === ESTATE.target);
  const facts = target && targetFactsOf(inventory, target);
  if (!facts) throw new Error(`the drill has no codes to measure at ${ESTATE.target}`);
  const { targetFalseAlarmDays } = config.detection;
  return learnHealthy({
    seed,
    config: targetConfigFor(facts, { targetFalseAlarmDays }),
    phones: simulator.world.phones.flatMap(({ name, carrier: by }) => {
      const route = inventory.phones.find((phone) => phone.name === name)?.route;
      const carrier = simulator.world.carriers[by];
      return route !== undefined && carrier ? [{ route, carrier }] : [];
    }),
    intervalMs: ESTATE.codesEveryMinutes * MINUTE,
    endsAt: clock.now(),
  });
}

/** A store in memory, with the learned detectors where the daemon will find them as after a restart. */
async function storeOf(detectors: TargetState): Promise<Store> {
  const store = await openSqliteStore(IN_MEMORY, { boot: 'before-the-drill' });
  await store.state.write({ [watchKey(ESTATE.target)]: { detectors } });
  return store;
}

/** A webhook's signature covers its address, so that this must stand in the configuration before anything listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
