import { controlIntervalMs } from '../domain/control-interval.ts';
import type { ProbeEntry } from '../domain/inventory.ts';
import { ACCOUNT_PAUSE_PREFIX, parseAccountPause } from '../domain/pause.ts';
import { BREAKER_PREFIX, parseBreaker } from '../domain/breaker.ts';
import type { EpochMs } from '../domain/units.ts';
import type { ProbeSpec } from '../engine/probe-spec.ts';
import {
  pauseProbe,
  readSwitches,
  resumeProbe,
  startMaintenance,
  type ProbeSwitch,
} from '../engine/probe-switch.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  ActAnswer,
  Command,
  LiveAttempt,
  Operations,
  ProbeState,
  ProbeView,
  Snapshot,
} from '../ports/operations.ts';
import type { Store } from '../ports/store.ts';
import { NO_NEWS, type Board, type BoardView } from '../web/board.ts';
import type { Engine } from './engine.ts';
import type { Generation } from './generation.ts';
import type { History } from './history.ts';
import type { NextTick } from './next-tick.ts';
import type { Screenshots } from './screenshots.ts';

export interface OperationsDeps {
  readonly version: string;
  readonly store: Store;
  readonly board: Board;
  readonly clock: Clock;
  readonly nextTick: NextTick;
  readonly engine: Engine;
  readonly history: History;
  readonly screenshots: Pick<Screenshots, 'find'>;
  /** What is configured now; a reload changes it. */
  readonly current: () => Generation;
  readonly stockOf: (spec: ProbeSpec) => Promise<Readonly<Record<string, number>>>;
  readonly notReady: () => readonly string[];
  readonly reload: () => Promise<ActAnswer>;
}

/** What people see and do, on top of the running engine. */
export function createOperations(deps: OperationsDeps): Operations {
  return {
    snapshot: () => snapshot(deps),
    attempts: (query) => deps.store.attempts.find(query),
    receipts: (attempt) => deps.engine.receipts.of(attempt),
    marks: () => deps.history.marks(),
    screenshot: (attempt) => deps.screenshots.find(attempt),
    verdicts: (query) => deps.engine.watch.history.list(query),
    act: (command) => act(deps, command),
  };
}

async function snapshot(deps: OperationsDeps): Promise<Snapshot> {
  const { store, clock, board } = deps;
  const { inventory, specs } = deps.current();
  const at = clock.now();
  const view = board.view();
  const [usage, breakers, pauses, stocks, switchOf, arrivals] = await Promise.all([
    store.state.usage(at),
    store.state.read(BREAKER_PREFIX),
    store.state.read(ACCOUNT_PAUSE_PREFIX),
    Promise.all(specs.map((spec) => deps.stockOf(spec))),
    readSwitches(store.state),
    store.messages.lastArrivals(),
  ]);
  const reasons = deps.notReady();
  const live = Map.groupBy(view.inFlight, ({ plan }) => plan.probe);
  return {
    at,
    version: deps.version,
    ready: { ok: reasons.length === 0, reasons },
    inventory,
    probes: specs.map((spec) =>
      probeView(deps, spec, live.get(spec.entry.name) ?? [], { view, at, set: switchOf(spec.entry.name) }),
    ),
    watch: await deps.engine.watch.views(),
    inboxes: inboxViews(deps, view, arrivals),
    usage,
    breakers: openBreakers(breakers, at),
    pausedAccounts: openPauses(pauses, at),
    backupCodes: Object.assign({}, ...stocks) as Record<string, number>,
  };
}

function inboxViews(deps: OperationsDeps, view: BoardView, arrivals: Readonly<Record<string, EpochMs>>) {
  const { inventory } = deps.current();
  const { keepers } = deps.engine;
  return inventory.inboxes.map(({ name, kind }) => ({
    name,
    kind,
    up: keepers.get(name)?.up ?? false,
    reason: keepers.get(name)?.reason ?? '',
    lastMessageAt: arrivals[name] ?? view.inboxes.get(name)?.lastMessageAt ?? null,
    errors: view.inboxes.get(name)?.errors ?? {},
    controlEveryMs: controlIntervalMs(inventory, name),
  }));
}

interface Moment {
  readonly view: BoardView;
  readonly at: EpochMs;
  readonly set: ProbeSwitch;
}

function probeView(
  deps: OperationsDeps,
  spec: ProbeSpec,
  inFlight: readonly LiveAttempt[],
  { view, at, set }: Moment,
): ProbeView {
  const { maintenanceUntil } = set;
  return {
    ...spec.entry,
    ...(view.probes.get(spec.entry.name) ?? NO_NEWS),
    state: stateOf(deps.engine, spec, set, at),
    maintenanceUntil: maintenanceUntil !== null && maintenanceUntil > at ? maintenanceUntil : null,
    nextTickAt: deps.nextTick(spec.schedule, at),
    inFlight,
  };
}

export function stateOf(
  engine: Pick<Engine, 'scheduler'>,
  spec: ProbeSpec,
  set: ProbeSwitch,
  at: EpochMs,
): ProbeState {
  if (set.paused) return 'paused';
  return engine.scheduler.inMaintenance(spec, set.maintenanceUntil, at) ? 'maintenance' : 'active';
}

export function openBreakers(
  entries: Readonly<Record<string, unknown>>,
  at: EpochMs,
): Record<string, EpochMs> {
  const open: Record<string, EpochMs> = {};
  for (const [key, value] of Object.entries(entries)) {
    const breaker = parseBreaker(value);
    if (breaker && at < breaker.until) open[key.slice(BREAKER_PREFIX.length)] = breaker.until;
  }
  return open;
}

function openPauses(entries: Readonly<Record<string, unknown>>, at: EpochMs): Snapshot['pausedAccounts'] {
  const open: Record<string, { until: EpochMs; reason: string }> = {};
  for (const [key, value] of Object.entries(entries)) {
    const pause = parseAccountPause(value);
    if (pause && at < pause.until) {
      open[key.slice(ACCOUNT_PAUSE_PREFIX.length)] = { until: pause.until, reason: pause.reason };
    }
  }
  return open;
}

async function act(deps: OperationsDeps, command: Command): Promise<ActAnswer> {
  if (command.kind === 'reload') return deps.reload();
  const spec = deps.current().specs.find((one) => one.entry.name === command.probe);
  if (!spec) return { done: false, status: 404, message: `there is no probe named ${command.probe}` };
  const { state } = deps.store;
  const { name } = spec.entry;
  switch (command.kind) {
    case 'run':
      return runNow(deps, spec);
    case 'pause':
      await pauseProbe(state, name);
      return { done: true, message: `${name} is paused until it is resumed` };
    case 'resume':
      await resumeProbe(state, name, ownersOf(spec.entry));
      return { done: true, message: `${name} goes on` };
    case 'maintenance': {
      const until = deps.clock.now() + command.durationMs;
      await startMaintenance(state, name, until);
      return { done: true, message: `${name} rests until ${new Date(until).toISOString()}` };
    }
    default:
      return command satisfies never;
  }
}

const ownersOf = (entry: ProbeEntry): string[] =>
  entry.accounts.map((account) => `${entry.target}/${account}`);

async function runNow(deps: OperationsDeps, spec: ProbeSpec): Promise<ActAnswer> {
  const started = await deps.engine.scheduler.run(spec, 'manual');
  if (started.started) return { done: true, message: `attempt ${started.plan.id} has started` };
  const status = started.skip === 'store_down' ? 503 : 409;
  return { done: false, status, message: `not started: ${started.skip}: ${started.detail}` };
}
