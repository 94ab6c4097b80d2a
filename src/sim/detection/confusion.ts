import { CAUSES, type Cause } from '../../domain/verdict/cause.ts';
import { randomStream } from '../random.ts';
import { FAULTS, type Fault } from './verdict-faults.ts';
import { tryVerdict } from './verdict-trial.ts';

export interface ConfusionPlan {
  readonly seed: string;
  readonly trials: number;
  readonly severity: number;
  readonly noise: number;
}

/** How often each cause was named for one fault. */
export interface ConfusionRow {
  readonly fault: Fault;
  readonly trials: number;
  readonly named: Readonly<Record<Cause, number>>;
  /** The right cause, and no wrong carrier, phone or inbox. */
  readonly correct: number;
}

/** Names the cause of every fault, over and over. */
export const confusionMatrix = (plan: ConfusionPlan): ConfusionRow[] =>
  FAULTS.map((fault) => confusionRow(fault, plan));

function confusionRow(fault: Fault, { seed, trials, severity, noise }: ConfusionPlan): ConfusionRow {
  const random = randomStream(seed, fault.name, severity, noise);
  const named = new Map<Cause, number>();
  let correct = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const { cause, subject } = tryVerdict({ fault, severity, noise }, random);
    named.set(cause, (named.get(cause) ?? 0) + 1);
    if (cause === fault.cause && (subject === null || subject === fault.subject)) correct += 1;
  }
  return { fault, trials, named: countsOf(named), correct };
}

function countsOf(named: ReadonlyMap<Cause, number>): Record<Cause, number> {
  const count = (cause: Cause): number => named.get(cause) ?? 0;
  return Object.fromEntries(CAUSES.map((cause) => [cause, count(cause)])) as Record<Cause, number>;
}
