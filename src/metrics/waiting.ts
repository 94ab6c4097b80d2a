import type { AttemptPlan } from '../domain/attempt.ts';

/** Which attempts run, and which of their codes are still waited for; by attempt id. */
export interface Waiting {
  started(plan: AttemptPlan): void;
  /** False when the code of this attempt was noted before. */
  requested(plan: AttemptPlan): boolean;
  overdue(plan: AttemptPlan): void;
  /** Forgets the attempt; answers whether its code had been noted as requested. */
  finished(id: string): boolean;
  /** The removed probes' codes are no longer counted: neither is what becomes of them. */
  retain(wanted: (plan: AttemptPlan) => boolean): void;
  running(): Iterable<AttemptPlan>;
  late(): Iterable<AttemptPlan>;
}

export function createWaiting(): Waiting {
  const running = new Map<string, AttemptPlan>();
  const requested = new Map<string, AttemptPlan>();
  const overdue = new Map<string, AttemptPlan>();
  return {
    started: (plan) => void running.set(plan.id, plan),
    requested(plan) {
      if (requested.has(plan.id)) return false;
      requested.set(plan.id, plan);
      return true;
    },
    overdue: (plan) => void overdue.set(plan.id, plan),
    finished(id) {
      running.delete(id);
      overdue.delete(id);
      return requested.delete(id);
    },
    retain(wanted) {
      for (const plans of [running, requested, overdue]) {
        for (const [id, plan] of plans) if (!wanted(plan)) plans.delete(id);
      }
    },
    running: () => running.values(),
    late: () => overdue.values(),
  };
}
