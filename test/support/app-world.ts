import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App } from '../../src/app/create-app.ts';
import { KINDS } from '../../src/app/kinds.ts';
import type { Config } from '../../src/config/config.ts';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { Skip } from '../../src/domain/outcome.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import { createLogger } from '../../src/runtime/logger.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { createSimulator, type Simulator, type SimulatorAddress } from '../../src/sim/simulator.ts';
import type { WorldOptions } from '../../src/sim/world.ts';
import { readExposition, type Family } from './exposition.ts';
import { FakeTicker } from './fake-ticker.ts';
import { currentTest, type Finish } from './finish.ts';
import { freePort } from './free-port.ts';
import { holdSleeps } from './held-clock.ts';
import { RACK_SECRET, simConfig, type ConfigData } from './sim-config.ts';

/** The real daemon, but for schedules that fire when told to, against the simulator on one faster clock. */
export interface AppWorld {
  readonly clock: Clock;
  readonly sim: Simulator;
  readonly address: SimulatorAddress;
  readonly folder: string;
  readonly configFile: string;
  app: App;
  /** Base address of the status page. */
  web: string;
  readonly hooks: string;
  readonly events: ProbeEvent[];
  readonly logs: string[];
  /** Fires the probe's schedule; the end of what came of it. */
  tick(probe: string): Promise<Ended>;
  /** The first answer that is not null, to what has happened or will happen. */
  happens<Answer>(wanted: (event: ProbeEvent) => Answer | null): Promise<Answer>;
  /** Brings the messages that are on their way, when `held`. */
  deliver(): void;
  /** Resolves when so many are on their way, when `held`. */
  onTheWay(count: number): Promise<void>;
  /** Writes the file anew; a reload or restart reads it. */
  rewrite(change: (config: ConfigData) => void): Promise<void>;
  metrics(): Promise<Map<string, Family>>;
  /** What is seen at a moment at which nothing is in flight, and during which nothing happened. */
  atRest<Seen>(look: () => Promise<Seen>): Promise<Seen>;
  /** Stops the daemon in order. */
  stop(): Promise<void>;
  /** Starts another one on the same files. */
  restart(): Promise<void>;
}

export type Ended =
  | { readonly attempt: Attempt; readonly skip: null }
  | { readonly attempt: null; readonly skip: Skip };

export interface AppWorldOptions {
  readonly speed?: number;
  readonly world?: WorldOptions;
  readonly seed?: string;
  /** Messages stay on their way until they are told to arrive. */
  readonly held?: boolean;
  readonly change?: (config: ConfigData) => void;
  /** Needed where tests of a file run at once. */
  readonly onTestFinished?: Finish;
}

const STEADY = { mu: Math.log(0.5), sigma: 0, retryShare: 0, lossShare: 0, duplicateShare: 0 };
/** Carriers that take half a second and lose nothing, where a test is not about them. */
export const STEADY_CARRIERS = { 'carrier-a': STEADY, 'carrier-b': STEADY };

export async function createAppWorld(options: AppWorldOptions = {}): Promise<AppWorld> {
  const { speed = 5, seed = 'app', world: wished = { carriers: STEADY_CARRIERS } } = options;
  const { onTestFinished = currentTest } = options;
  const clock = createSystemClock(speed);
  const held = holdSleeps(clock);
  const sim = createSimulator({ clock: options.held ? held : clock, seed, world: wished });
  const address = await sim.start();
  const folder = await mkdtemp(join(tmpdir(), 'twofa-app-'));
  const configFile = join(folder, 'twofa-prober.yaml');
  const hooks = `127.0.0.1:${await freePort()}`;
  const ticker = new FakeTicker();
  const [events, logs]: [ProbeEvent[], string[]] = [[], []];
  const watchers = new Set<(event: ProbeEvent) => void>();
  const observe = (event: ProbeEvent) => {
    events.push(event);
    for (const watch of watchers) watch(event);
  };
  const data = simConfig(sim.world, { ...address, hooks });
  options.change?.(data);
  let lastTick = 0;

  const load = async (): Promise<Config | null> => {
    const loaded = await loadConfig(configFile, { kinds: KINDS });
    if (loaded.ok) return loaded.config;
    logs.push(renderDiagnostics(loaded.faults, configFile));
    return null;
  };
  const world: AppWorld = {
    clock,
    sim,
    address,
    folder,
    configFile,
    events,
    logs,
    web: '',
    hooks: `http://${hooks}`,
    app: await openApp(),
    happens: (wanted) =>
      new Promise((resolve) => {
        const watch = (event: ProbeEvent) => {
          const answer = wanted(event);
          if (answer === null) return;
          watchers.delete(watch);
          resolve(answer);
        };
        watchers.add(watch);
        for (const event of events) if (watchers.has(watch)) watch(event);
      }),
    tick(probe) {
      const tickAt = Math.max(lastTick + 1, Math.floor(clock.now()));
      lastTick = tickAt;
      const ended = world.happens((event) => endedBy(event, probe, tickAt));
      ticker.fire(String(data.probes[probe]?.['schedule'] ?? data.controls[probe]?.['schedule']), tickAt);
      return ended;
    },
    deliver: () => held.release(),
    onTheWay: (count) => held.asleep(count),
    async rewrite(change) {
      change(data);
      await writeFile(configFile, JSON.stringify(data));
    },
    async metrics() {
      const answer = await fetch(`${world.web}/metrics`, { headers: { accept: 'text/plain' } });
      return readExposition(await answer.text(), false);
    },
    async atRest(look) {
      for (;;) {
        const known = events.length;
        if (world.app.engine.desk.inFlight > 0) {
          await world.happens((event) => (events.indexOf(event) >= known ? event : null));
          continue;
        }
        const seen = await look();
        if (events.length === known) return seen;
      }
    },
    stop: () => world.app.stop(),
    async restart() {
      world.app = await openApp();
      await start();
    },
  };

  async function openApp(): Promise<App> {
    await writeFile(configFile, JSON.stringify(data));
    const config = await load();
    if (!config) throw new Error(logs.join('\n'));
    const logger = createLogger('debug', 'logfmt', (line) => void logs.push(line));
    const observers = [{ observe }];
    return createApp(config, { version: '0.0.0-test', logger, reread: load, observers, clock, ticker });
  }

  async function start(): Promise<void> {
    const { web } = await world.app.start();
    world.web = web ? `http://${web.host}:${web.port}` : '';
  }

  onTestFinished(async () => {
    await world.app.stop();
    await sim.stop();
    await rm(folder, { recursive: true, force: true });
  });
  for (const { name } of sim.world.phones) {
    sim.connect(name, { manner: 'webhook', url: `${world.hooks}/hooks/rack`, secret: RACK_SECRET });
  }
  await start();
  return world;
}

function endedBy(event: ProbeEvent, probe: string, tickAt: number): Ended | null {
  if (event.kind === 'attempt_finished') {
    const { attempt } = event;
    return attempt.probe === probe && attempt.tickAt === tickAt ? { attempt, skip: null } : null;
  }
  if (event.kind !== 'tick_skipped' || event.probe !== probe || event.tickAt !== tickAt) return null;
  return { attempt: null, skip: event.reason };
}

/** What a finished attempt came to; throws a skip. */
export function attemptOf({ attempt, skip }: Ended): Attempt {
  if (attempt) return attempt;
  throw new Error(`the tick was skipped: ${skip}`);
}
