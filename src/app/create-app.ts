import { randomInt, randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { HOUR } from '../domain/units.ts';
import type { ProbeSpec } from '../engine/probe-spec.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { DemoControls } from '../ports/demo-controls.ts';
import type { Logger } from '../ports/logger.ts';
import type { Observer } from '../ports/observer.ts';
import type { Operations } from '../ports/operations.ts';
import type { Store } from '../ports/store.ts';
import type { Ticker } from '../ports/ticker.ts';
import { createCanary } from '../runtime/canary.ts';
import { createClockTicker } from '../runtime/clock-ticker.ts';
import { createCronTicker } from '../runtime/cron-ticker.ts';
import { createLogObserver } from '../runtime/log-observer.ts';
import { createSystemClock } from '../runtime/system-clock.ts';
import { createBoard, type Board } from '../web/board.ts';
import type { HooksServer } from '../web/hooks.ts';
import type { WebServer } from '../web/server.ts';
import { Engine } from './engine.ts';
import { gaugesOf } from './gauges.ts';
import { createGuardKeeper, type GuardKeeper } from './guard-keeper.ts';
import { buildGeneration, type Generation, type GenerationDeps } from './generation.ts';
import { KINDS } from './kinds.ts';
import { createHistory, type History } from './history.ts';
import { createHooks, createWeb } from './listeners.ts';
import { createNextTick } from './next-tick.ts';
import { createOperations } from './operations.ts';
import { reload } from './reload.ts';
import { createScreenshots, type Screenshots } from './screenshots.ts';
import { stockOf } from './stock.ts';
import { closeStore, openStore, type OpenedStore } from './stores.ts';

/** How many stored attempts fill in what a restart forgot. */
const RESTORED_ATTEMPTS = 2000;

export interface AppOptions {
  readonly version: string;
  readonly logger: Logger;
  /** Reads the configuration again; null when it has faults, which the reader has shown. */
  readonly reread?: () => Promise<Config | null>;
  readonly observers?: readonly Observer[];
  readonly clock?: Clock;
  readonly ticker?: Ticker;
  /** Taken in place of the configured one, and closed with the app. */
  readonly store?: Store;
  /** Shown above everything else on the status page. */
  readonly notice?: string;
  /** The switches of the simulated world that it watches, for the status page. */
  readonly demo?: DemoControls;
  /** `attempts`: no schedules and no web listener, for single attempts. */
  readonly mode?: 'daemon' | 'attempts';
}

export interface App {
  readonly operations: Operations;
  readonly engine: Engine;
  readonly board: Board;
  /** The probe or control of that name. */
  spec(name: string): ProbeSpec | null;
  /** Where it listens; null where it does not. */
  start(): Promise<{ readonly web: ListenAddress | null; readonly hooks: ListenAddress | null }>;
  /** Ends attempts in flight as `aborted`, keeps their results, closes everything. */
  stop(): Promise<void>;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Everything that a running app is made of; `generation` changes with a reload. */
export interface AppParts {
  readonly store: Store;
  readonly shared: OpenedStore['shared'];
  readonly engine: Engine;
  readonly board: Board;
  readonly history: History;
  readonly screenshots: Screenshots;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly deps: GenerationDeps;
  readonly options: AppOptions;
  /** Of the web listener. */
  readonly guard: GuardKeeper;
  generation: Generation;
}

/** Loads the flows, opens the store and wires everything; nothing runs before `start`. Throws FlowsRefused and StoreDown. */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  return new RunningApp(await buildParts(config, options));
}

async function buildParts(config: Config, options: AppOptions): Promise<AppParts> {
  const { logger } = options;
  const clock = options.clock ?? createSystemClock();
  const boot = randomUUID();
  const opened = options.store
    ? { store: options.store, shared: null }
    : await openStore(config.store, { boot, clock, logger });
  try {
    return await wire(config, options, { ...opened, boot, clock: opened.shared?.clock ?? clock });
  } catch (error) {
    if (!options.store) await closeStore(opened);
    throw error;
  }
}

interface Ground extends OpenedStore {
  readonly boot: string;
  /** The store's time where nodes share it. */
  readonly clock: Clock;
}

async function wire(config: Config, options: AppOptions, ground: Ground): Promise<AppParts> {
  const { version, logger } = options;
  const { store, shared, boot, clock } = ground;
  // node-cron's own timers follow the machine's clock, which may be another than the store's.
  const ticker = options.ticker ?? (shared ? createClockTicker(clock) : createCronTicker());
  const stamp = () => ({ at: clock.now(), monotonicMs: clock.monotonicMs(), boot });
  const newControlCode = () => randomInt(100_000, 1_000_000).toString();
  const screenshots = createScreenshots({ state: () => store.state, clock, logger, node: config.node.name });
  const keepScreenshot = (attempt: string, png: Uint8Array) => screenshots.keep(attempt, png);
  const deps = { keepScreenshot, kinds: KINDS, clock, ticker, stamp, logger, version, newControlCode };
  const generation = await buildGeneration(config, deps);
  const board = createBoard();
  const history = createHistory({ attempts: store.attempts, clock });
  const gauges = () => gaugesOf(parts);
  const metrics = createMetrics({ version, nodeVersion: process.versions.node, clock, logger, gauges });
  const { name: node, location, canary } = config.node;
  const engine = new Engine({
    store,
    shared,
    clock,
    ticker,
    logger,
    observers: [metrics, board, history, createLogObserver(logger), ...(options.observers ?? [])],
    boot,
    node,
    location,
    newId: randomUUID,
    canary: canary === null ? null : createCanary(canary, clock),
  });
  const guard = createGuardKeeper(config.webGuard, { clock, logger });
  const parts: AppParts = {
    store,
    shared,
    engine,
    board,
    history,
    screenshots,
    metrics,
    clock,
    ticker,
    deps,
    options,
    guard,
    generation,
  };
  return parts;
}

/** From now on messages, metrics and detection go by this generation; its schedules are not followed yet. */
export async function takeIntoUse(parts: AppParts, generation: Generation): Promise<void> {
  const { engine, metrics } = parts;
  parts.generation = generation;
  const { targetFalseAlarmDays } = generation.config.detection;
  metrics.configure(generation.inventory);
  await engine.apply({ ...generation, watch: { targetFalseAlarmDays } });
}

export function followSchedules({ engine, generation, options }: AppParts): void {
  if (options.mode !== 'attempts') engine.scheduler.follow(generation.specs);
}

class RunningApp implements App {
  readonly operations: Operations;
  readonly #parts: AppParts;
  readonly #web: WebServer | null;
  readonly #hooks: HooksServer | null;
  readonly #stopping = new AbortController();
  #pruning: Promise<unknown> = Promise.resolve();
  #listening = false;

  constructor(parts: AppParts) {
    const { engine, board, history, screenshots, store, clock, ticker, options, generation } = parts;
    this.#parts = parts;
    this.operations = createOperations({
      version: options.version,
      store,
      board,
      clock,
      nextTick: createNextTick(ticker),
      engine,
      history,
      screenshots,
      current: () => parts.generation,
      stockOf: (spec) => stockOf(spec, store.state),
      notReady: () => this.#notReady(),
      reload: () => reload(parts),
    });
    this.#web = options.mode === 'attempts' ? null : createWeb(parts, this.operations);
    this.#hooks = generation.config.hooks && createHooks(parts);
  }

  get engine(): Engine {
    return this.#parts.engine;
  }

  get board(): Board {
    return this.#parts.board;
  }

  spec(name: string): ProbeSpec | null {
    return this.#parts.generation.specs.find((spec) => spec.entry.name === name) ?? null;
  }

  async start() {
    const { engine, store, metrics, board, generation } = this.#parts;
    const { config } = generation;
    metrics.configure(generation.inventory);
    await engine.start();
    const recent = await store.attempts.find({ limit: RESTORED_ATTEMPTS });
    metrics.restore(recent);
    board.restore(recent);
    // Before anything listens: a message that comes at once must find its phone.
    await takeIntoUse(this.#parts, generation);
    const hooks = config.hooks && ((await this.#hooks?.listen(config.hooks.host, config.hooks.port)) ?? null);
    const web = (await this.#web?.listen(config.web)) ?? null;
    followSchedules(this.#parts);
    this.#pruning = Promise.all([this.#prune(), this.#remember(), this.#followGuard()]);
    this.#listening = true;
    return { web, hooks };
  }

  async stop(): Promise<void> {
    this.#listening = false;
    this.#stopping.abort(new Error('the daemon is stopping'));
    await this.engine.stop();
    await Promise.all([this.#hooks?.close(), this.#web?.close(), this.#pruning]);
    await closeStore(this.#parts);
  }

  #notReady(): string[] {
    const down = this.engine.sweeper.storeDown;
    return [
      ...(this.#listening ? [] : ['the daemon is starting or stopping']),
      ...(down === null ? [] : [`the store is down: ${down}`]),
    ];
  }

  /** Charts fill while the daemon works already. */
  async #remember(): Promise<void> {
    const { history, options } = this.#parts;
    await history.load(this.#stopping.signal).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) options.logger.log('warn', 'history_not_read', { error });
    });
  }

  async #followGuard(): Promise<void> {
    if (this.#web) await this.#parts.guard.follow(this.#web.renewCertificate, this.#stopping.signal);
  }

  async #prune(): Promise<void> {
    const { store, clock, options, screenshots } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { retentionMs } = this.#parts.generation.config;
      const before = clock.now() - retentionMs;
      await Promise.all([store.attempts.prune(before), this.engine.receipts.tidy(before)]).catch(
        (error: unknown) => {
          options.logger.log('warn', 'prune_failed', { error });
        },
      );
      await screenshots.forget(before);
      await clock.sleep(HOUR, signal).catch(() => undefined);
    }
  }
}
