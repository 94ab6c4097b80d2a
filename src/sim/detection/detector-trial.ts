import { DEFAULTS, type DetectorConfig } from '../../domain/detector/config.ts';
import { DAY, HOUR, MINUTE } from '../../domain/units.ts';
import { randomStream } from '../random.ts';
import { codeFate, HEALTHY, type Outage } from './code-fates.ts';
import { advance, beginWorld, nextEventAt, type RouteWorld, type SendCode } from './route-world.ts';

/** The detector that ships, over a simulated route. */
export interface TrialPlan {
  readonly seed: string;
  /** Share of codes that are not there within the deadline when all is well. */
  readonly missed: number;
  readonly config: DetectorConfig;
}

export interface HealthyYears {
  readonly days: number;
  readonly falseAlarms: number;
  readonly sends: number;
}

const YEAR_DAYS = 365.25;
/** Until the baselines by hour are what they will stay. */
const SETTLING_DAYS = 60;
const START = Date.UTC(2026, 0, 1);

export const trialPlan = (seed: string, missed: number): TrialPlan => ({ seed, missed, config: DEFAULTS });

/** Counts the alarms of a route that has no outage. */
export function watchHealthy(plan: TrialPlan, years: number, progress: (day: number) => void): HealthyYears {
  const sendCode = healthyCodes(plan, 'years');
  const settled = settle(plan, sendCode);
  const days = years * YEAR_DAYS;
  let world = settled;
  let falseAlarms = 0;
  for (let day = 1; day <= days; day += 1) {
    const until = settled.at + day * DAY;
    while (nextEventAt(world) < until) {
      world = advance(world, sendCode, plan.config);
      if (world.answer.transition?.to === 'ALARM') falseAlarms += 1;
    }
    progress(day);
  }
  return { days, falseAlarms, sends: world.launched - settled.launched };
}

/**
 * Minutes from the onset of an outage to the alarm, over and over. Every outage begins at a random moment of one healthy
 * run, which then goes on as if it had not been.
 */
export function measureDelays(
  plan: TrialPlan,
  outages: readonly Outage[],
  count: number,
  progress: (done: number) => void,
): Map<string, number[]> {
  const random = randomStream(plan.seed, plan.missed, 'onsets');
  const healthy = healthyCodes(plan, 'between outages');
  const broken = outages.map((outage) => ({ outage, codes: codesOf(plan, outage) }));
  const delays = new Map(outages.map(({ name }) => [name, [] as number[]]));
  let world = settle(plan, healthy);
  for (let done = 1; done <= count; done += 1) {
    const onset = Math.ceil(world.at + 4 * HOUR + random() * 4 * HOUR);
    while (nextEventAt(world) < onset) world = advance(world, healthy, plan.config);
    // An outage that begins in a false alarm is found already: it would only flatter.
    if (world.answer.status !== 'ALARM') {
      for (const { outage, codes } of broken) {
        delays.get(outage.name)?.push((alarmAfter(world, codes, plan.config) - onset) / MINUTE);
      }
    }
    progress(done);
  }
  return delays;
}

/** When the alarm comes. Codes on their way at the onset were sent before it, and arrive. */
function alarmAfter(world: RouteWorld, sendCode: SendCode, config: DetectorConfig): number {
  let next = world;
  while (next.answer.status !== 'ALARM') next = advance(next, sendCode, config);
  return next.at;
}

function settle(plan: TrialPlan, sendCode: SendCode): RouteWorld {
  let world = beginWorld(START, plan.config);
  while (world.at < START + SETTLING_DAYS * DAY) world = advance(world, sendCode, plan.config);
  return world;
}

function healthyCodes(plan: TrialPlan, use: string): SendCode {
  const fate = codeFate(plan.missed, HEALTHY);
  const random = randomStream(plan.seed, plan.missed, 'healthy', use);
  return () => fate(random);
}

function codesOf(plan: TrialPlan, outage: Outage): SendCode {
  const fate = codeFate(plan.missed, outage);
  const random = randomStream(plan.seed, plan.missed, outage.name);
  return () => fate(random);
}
