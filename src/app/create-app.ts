import { randomInt, randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { redactedConfig } from '../config/redacted.ts';
import type { Stamp } from '../domain/stamp.ts';
import { DAY } from '../domain/units.ts';
import { createNotify, type Notify } from '../engine/notify.ts';
import type { ProbeSpec } from '../engine/probe-spec.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Observer } from '../ports/observer.ts';
import type { ActAnswer, Operations } from '../ports/operations.ts';
import type { Store } from '../ports/store.ts';
import type { Ticker } from '../ports/ticker.ts';
import { createCanary } from '../runtime/canary.ts';
import { createCronTicker } from '../runtime/cron-ticker.ts';
import { createLogObserver } from '../runtime/log-observer.ts';
import { createSystemClock } from '../runtime/system-clock.ts';
import { openSqliteStore } from '../stores/sqlite.ts';
import { createBoard, type Board } from '../web/board.ts';
import { createHooksServer, type HooksServer } from '../web/hooks.ts';
import { createWebServer, type WebServer } from '../web/server.ts';
import { Engine } from './engine.ts';
import { gaugesOf } from './gauges.ts';
import { buildGeneration, type Generation, type GenerationDeps } from './generation.ts';
import { KINDS } from './kinds.ts';
import { createOperations } from './operations.ts';
import { stockOf } from './stock.ts';

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

/** Opens the store and wires everything; nothing runs before `start`. Throws StoreDown. */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const parts = await buildParts(config, options);
  return new RunningApp(parts, options);
}

interface Parts {
  readonly store: Store;
  readonly engine: Engine;
  readonly board: Board;
  readonly metrics: Metrics;
  readonly notify: Notify;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly deps: GenerationDeps;
  generation: Generation;
}

async function buildParts(config: Config, options: AppOptions): Promise<Parts> {
  const { version, logger, clock = createSystemClock(), ticker = createCronTicker() } = options;
  const boot = randomUUID();
  const stamp = (): Stamp => ({ at: clock.now(), monotonicMs: clock.monotonicMs(), boot });
  const newControlCode = () => randomInt(100_000, 1_000_000).toString();
  const deps = { kinds: KINDS, clock, ticker, stamp, logger, version, newControlCode };
  const generation = buildGeneration(config, deps);
  const store = await openStore(config, boot);
  const board = createBoard();
  const nodeVersion = process.versions.node;
  const gauges = () => gaugesOf(store, engine, parts.generation, clock);
  const metrics = createMetrics({ version, nodeVersion, clock, logger, gauges });
  const observers = [metrics, board, createLogObserver(logger), ...(options.observers ?? [])];
  const notify = createNotify(observers, logger);
  const { name: node, location, canary } = config.node;
  const preflight = createCanary(canary, clock);
  const engine = new Engine({
    store,
    clock,
    ticker,
    logger,
    notify,
    boot,
    node,
    location,
    preflight,
    newId: randomUUID,
  });
  const parts: Parts = { store, engine, board, metrics, notify, clock, ticker, deps, generation };
  return parts;
}

function openStore(config: Config, boot: string): Promise<Store> {
  if (config.store.kind === 'sqlite') return openSqliteStore(config.store.path, { boot });
  throw new Error('this version keeps its state in SQLite; set `store` to the path of a file');
}

class RunningApp implements App {
  readonly operations: Operations;
  readonly engine: Engine;
  readonly board: Board;
  readonly #parts: Parts;
  readonly #options: AppOptions;
  readonly #web: WebServer | null;
  readonly #hooks: HooksServer | null;
  readonly #stopping = new AbortController();
  #pruning: Promise<void> = Promise.resolve();
  #listening = false;

  constructor(parts: Parts, options: AppOptions) {
    const { engine, board, store, clock, ticker, metrics } = parts;
    this.#parts = parts;
    this.#options = options;
    this.engine = engine;
    this.board = board;
    this.operations = createOperations({
      version: options.version,
      store,
      board,
      clock,
      ticker,
      scheduler: engine.scheduler,
      current: () => ({ ...parts.generation, keepers: engine.keepers }),
      stockOf: (spec) => stockOf(spec, store.state),
      notReady: () => this.#notReady(),
      reload: () => this.#reload(),
    });
    const { config } = parts.generation;
    const deps = { operations: this.operations, board, metrics, clock, logger: options.logger };
    this.#web = options.mode === 'attempts' ? null : createWeb(parts, deps);
    this.#hooks = config.hooks && createHooks(parts, options.logger);
  }

  spec(name: string): ProbeSpec | null {
    return this.#parts.generation.specs.find((spec) => spec.entry.name === name) ?? null;
  }

  async start() {
    const { engine, store, metrics, board, generation } = this.#parts;
    const { config } = generation;
    this.#apply(generation);
    await engine.start();
    const recent = await store.attempts.find({ limit: RESTORED_ATTEMPTS });
    metrics.restore(recent);
    board.restore(recent);
    const hooks = config.hooks && ((await this.#hooks?.listen(config.hooks.host, config.hooks.port)) ?? null);
    const web = (await this.#web?.listen(config.web)) ?? null;
    if (this.#options.mode !== 'attempts') engine.scheduler.follow(generation.specs);
    this.#pruning = this.#prune();
    this.#listening = true;
    return { web, hooks: hooks && { host: hooks.address, port: hooks.port } };
  }

  async stop(): Promise<void> {
    this.#listening = false;
    this.#stopping.abort(new Error('the daemon is stopping'));
    await this.engine.stop();
    await Promise.all([this.#hooks?.close(), this.#web?.close(), this.#pruning]);
    await this.#parts.store.close();
  }

  #apply(generation: Generation): void {
    const { engine, metrics } = this.#parts;
    this.#parts.generation = generation;
    engine.mailroom.route(generation.numbers);
    engine.receive(generation.inboxes);
    metrics.configure(generation.inventory);
  }

  #notReady(): string[] {
    const down = this.engine.storeDown;
    return [
      ...(this.#listening ? [] : ['the daemon is starting or stopping']),
      ...(down === null ? [] : [`the store is down: ${down}`]),
    ];
  }

  /** A bad file keeps the old configuration; attempts in flight keep what they began with. */
  async #reload(): Promise<ActAnswer> {
    const { notify, clock, deps } = this.#parts;
    const before = this.#parts.generation.config;
    try {
      const config = (await this.#options.reread?.()) ?? null;
      if (!config) throw new Error('the new configuration has faults; the log and `check` show them');
      this.#apply(buildGeneration(withFixed(config, before), deps));
      if (this.#options.mode !== 'attempts') this.engine.scheduler.follow(this.#parts.generation.specs);
      const kept = needsRestart(before, config);
      const message = kept.length === 0 ? 'reloaded' : `reloaded; needs a restart: ${kept.join(', ')}`;
      notify({ kind: 'config_reloaded', ok: true, reason: message, at: clock.now() });
      return { done: true, message };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      notify({ kind: 'config_reloaded', ok: false, reason: message, at: clock.now() });
      return { done: false, status: 422, message };
    }
  }

  async #prune(): Promise<void> {
    const { store, clock } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { retentionMs } = this.#parts.generation.config;
      await store.attempts.prune(clock.now() - retentionMs).catch((error: unknown) => {
        this.#options.logger.log('warn', 'prune_failed', { error });
      });
      await clock.sleep(DAY / 24, signal).catch(() => undefined);
    }
  }
}

function createWeb(parts: Parts, deps: WebDeps): WebServer {
  const { config } = parts.generation;
  const { host } = config.web;
  return createWebServer({
    ...deps,
    auth: {
      get readToken() {
        return parts.generation.config.web.readToken;
      },
      get adminToken() {
        return parts.generation.config.web.adminToken;
      },
    },
    loopback: ['127.0.0.1', '::1', 'localhost'].includes(host),
    redactedConfig: () => redactedConfig(parts.generation.config),
  });
}

type WebDeps = Pick<
  Parameters<typeof createWebServer>[0],
  'operations' | 'board' | 'metrics' | 'clock' | 'logger'
>;

function createHooks(parts: Parts, logger: Logger): HooksServer {
  const { engine, deps } = parts;
  return createHooksServer({
    get inboxes() {
      return parts.generation.inboxes;
    },
    accept: (_inbox, messages) => engine.mailroom.accept(messages),
    stamp: deps.stamp,
    logger,
  });
}

/** What listens and where state is kept cannot change while running. */
function withFixed(after: Config, { web, hooks, store, node }: Config): Config {
  const { host, port } = web;
  return { ...after, web: { ...after.web, host, port }, hooks, store, node };
}

function needsRestart(before: Config, after: Config): string[] {
  const address = (at: { host: string; port: number } | null) => (at ? `${at.host}:${at.port}` : 'none');
  const changed = {
    'web.listen': address(before.web) !== address(after.web),
    'hooks.listen': address(before.hooks) !== address(after.hooks),
    store: JSON.stringify(before.store) !== JSON.stringify(after.store),
    node: JSON.stringify(before.node) !== JSON.stringify(after.node),
  };
  return Object.entries(changed).flatMap(([name, differs]) => (differs ? [name] : []));
}
