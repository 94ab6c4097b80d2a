import { MINUTE, SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Observer } from '../ports/observer.ts';
import { createPacedClock } from '../runtime/paced-clock.ts';
import { randomStream } from '../sim/random.ts';
import type { Scenario } from '../sim/scenarios.ts';
import { DrillLog, type DrillRecord } from './drill-log.ts';
import { openDrillWorld, type DrillWorld } from './drill-world.ts';
import { ESTATE } from './estate.ts';
import type { Expectation } from './expectations.ts';
import { isComplete, missingOf, wrongOf } from './judge.ts';

export interface DrillOptions {
  readonly scenario: Scenario;
  readonly expected: Expectation;
  readonly seed: string;
  readonly speed: number;
  readonly version: string;
  readonly logger: Logger;
  /** Told everything that the daemon tells, and how the drill goes on. */
  readonly observers: readonly Observer[];
  readonly onPhase: (phase: DrillPhase, clock: Clock) => void;
  readonly signal: AbortSignal;
}

/** Simulated times. */
export type DrillPhase =
  | { readonly phase: 'warming'; readonly at: EpochMs }
  | { readonly phase: 'injected'; readonly at: EpochMs }
  | { readonly phase: 'healed'; readonly at: EpochMs }
  | { readonly phase: 'over'; readonly at: EpochMs };

export interface DrillResult {
  readonly record: DrillRecord;
  readonly healedAt: EpochMs;
  /** No alarm any more and healthy again; null: not in time. */
  readonly recoveredAt: EpochMs | null;
  /** What the daemon did wrong or did not find; null: all was right. */
  readonly wrong: string | null;
}

interface Stage extends DrillWorld {
  readonly clock: Clock;
}

/** A drill without a healthy start would prove nothing. */
const WARM_UP_MS = 45 * MINUTE;
/** The fault stays for this after it was named: a verdict that does not last is wrong. */
const SETTLE_MS = 5 * MINUTE;
/** Longer than this, and it has not recovered. */
export const RECOVERY_MS = 90 * MINUTE;
const LOOK_EVERY_MS = SECOND;

/** Warms up, breaks it, waits until it is found, heals it, waits until all is well again. Rejects when the signal aborts. */
export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const clock = createPacedClock(options.speed);
  const log = new DrillLog(ESTATE.target, () => clock.now());
  const { seed, version, logger } = options;
  const observers = [log, ...options.observers];
  const world = await openDrillWorld({ seed, clock, version, logger, observers });
  try {
    return await drill(options, { ...world, clock }, log);
  } finally {
    await world.close();
  }
}

async function drill(options: DrillOptions, world: Stage, log: DrillLog): Promise<DrillResult> {
  const { scenario, expected, signal, seed, onPhase } = options;
  const { clock, simulator } = world;
  const tell = (phase: DrillPhase['phase']): EpochMs => {
    const at = clock.now();
    onPhase({ phase, at }, clock);
    return at;
  };
  const wait = (until: () => boolean, atMostMs: number) => waitFor(clock, signal, { until, atMostMs });
  tell('warming');
  if (!(await wait(() => isWarm(world, log), WARM_UP_MS)))
    throw new Error(`nothing was broken yet, and the verdict was ${log.verdict}; is this machine too slow?`);
  // At any moment between two codes: an outage does not wait for the schedule.
  const phaseMs = randomStream(seed, 'injection')() * ESTATE.codesEveryMinutes * MINUTE;
  await clock.sleep(phaseMs, signal);

  const record = log.begin(tell('injected'));
  simulator.scenarios.set(scenario);
  const found = await wait(() => isComplete(record, expected), expected.patienceMs);
  if (found) await clock.sleep(SETTLE_MS, signal);
  const wrong = wrongOf(record, expected) ?? missingOf(record, expected);

  simulator.scenarios.clear();
  const healedAt = tell('healed');
  const recovered = await wait(() => !log.isAlarmed && log.verdict === 'healthy', RECOVERY_MS);
  const at = tell('over');
  return { record, healedAt, recoveredAt: recovered ? at : null, wrong };
}

/** Somebody signed in through every phone and with the authenticator app, and the verdict is in. */
function isWarm({ simulator }: DrillWorld, { good, verdict }: DrillLog): boolean {
  const means = [...simulator.world.phones.map(({ name }) => name), 'totp'];
  return verdict === 'healthy' && means.every((mean) => good.has(mean));
}

async function waitFor(
  clock: Clock,
  signal: AbortSignal,
  { until, atMostMs }: { readonly until: () => boolean; readonly atMostMs: number },
): Promise<boolean> {
  const endMs = clock.monotonicMs() + atMostMs;
  while (!until()) {
    if (clock.monotonicMs() >= endMs) return false;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  return true;
}
