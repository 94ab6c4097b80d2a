import { deadlineOf, type DetectorConfig } from '../../domain/detector/config.ts';
import type { DetectorEvent } from '../../domain/detector/event.ts';
import { init } from '../../domain/detector/state.ts';
import { answerNow, step, type Step } from '../../domain/detector/step.ts';
import type { EpochMs } from '../../domain/units.ts';

/** A route under its detector: probes on schedule and on the detector's wish, codes on their way. */
export interface RouteWorld extends Step {
  readonly at: EpochMs;
  /** Codes that will come by their deadline, soonest first. */
  readonly arrivals: readonly Arrival[];
  readonly nextProbeAt: EpochMs;
  readonly launched: number;
}

interface Arrival {
  readonly at: EpochMs;
  readonly id: string;
  readonly latencyMs: number;
}

/** How long a code takes that is asked for at this time; Infinity: it never comes. */
export type SendCode = (at: EpochMs) => number;

export function beginWorld(at: EpochMs, config: DetectorConfig): RouteWorld {
  const state = init(at, config);
  return { at, state, answer: answerNow(state, config), arrivals: [], nextProbeAt: at, launched: 0 };
}

/** When {@link advance} will take the next event. */
export const nextEventAt = (world: RouteWorld): EpochMs =>
  Math.min(world.arrivals[0]?.at ?? Infinity, world.answer.nextWake ?? Infinity, world.nextProbeAt);

/** The next event, and all the confirmations that the detector asks for because of it. */
export function advance(world: RouteWorld, sendCode: SendCode, config: DetectorConfig): RouteWorld {
  const at = nextEventAt(world);
  const [arrival, ...later] = world.arrivals;
  let next: RouteWorld;
  if (arrival?.at === at)
    next = tell({ ...world, arrivals: later }, { type: 'delivered', ...arrival }, config);
  else if (world.answer.nextWake === at) next = tell(world, { type: 'tick', at }, config);
  else {
    const scheduled = { ...world, at, nextProbeAt: at + config.intervalMs };
    next = launch(scheduled, { confirm: false, latencyMs: sendCode(at) }, config);
  }
  while (next.answer.action === 'confirm') {
    next = launch(next, { confirm: true, latencyMs: sendCode(at) }, config);
  }
  return next;
}

function tell(world: RouteWorld, event: DetectorEvent, config: DetectorConfig): RouteWorld {
  return { ...world, ...step(world.state, event, config), at: event.at };
}

function launch(
  world: RouteWorld,
  { confirm, latencyMs }: { readonly confirm: boolean; readonly latencyMs: number },
  config: DetectorConfig,
): RouteWorld {
  const { at } = world;
  const id = String(world.launched);
  const told = tell({ ...world, launched: world.launched + 1 }, { type: 'launch', at, id, confirm }, config);
  if (latencyMs > deadlineOf(config)) return told;
  const arrivals = [...world.arrivals, { at: at + latencyMs, id, latencyMs }];
  return { ...told, arrivals: arrivals.sort((a, b) => a.at - b.at) };
}
