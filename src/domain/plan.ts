import { CONTROL_TARGET } from './inventory.ts';
import type { Limits, SpendCap } from './lease.ts';
import { longestGapMs, ticksPerDay, type Rhythm } from './rhythm.ts';
import { DAY, MINUTE, type Micros } from './units.ts';

/** What a configuration sets out to do: the schedule side of it alone. */
export interface Plan {
  readonly probes: readonly PlannedProbe[];
  readonly targets: readonly PlannedTarget[];
  readonly cap: SpendCap | null;
}

export interface PlannedTarget {
  readonly name: string;
  readonly limits: Limits;
}

/** A probe, or a control with the target `control`. */
export interface PlannedProbe {
  readonly name: string;
  readonly target: string;
  /** Its codes are sent to phones. */
  readonly delivered: boolean;
  /** Its codes run out. */
  readonly finite: boolean;
  readonly rhythm: Rhythm;
  /** How many attempts one tick starts, over all locations. */
  readonly attemptsPerTick: number;
  readonly accounts: readonly PlannedAccount[];
  readonly deadlineMs: number;
  readonly expiryMs: number;
}

export interface PlannedAccount {
  readonly name: string;
  readonly phone: string | null;
  /** Of one code. */
  readonly cost: Micros;
}

export interface ProbeEstimate {
  readonly name: string;
  readonly target: string;
  readonly attemptsPerDay: number;
  readonly codesPerDay: number;
  /** Of 31 days. */
  readonly costPerMonth: Micros;
  /** Minutes a day for which its accounts are in use: when every code comes at its deadline; when every code is lost. */
  readonly busyMinutes: { readonly late: number; readonly lost: number };
  /** null where no code is delivered: those failures are seen at once, attempt by attempt. */
  readonly detectionMs: number | null;
}

export interface Estimate {
  readonly probes: readonly ProbeEstimate[];
  readonly codesPerDay: number;
  readonly costPerMonth: Micros;
  readonly cap: SpendCap | null;
}

/** A cap holds in the longest month too. */
const DAYS_IN_MONTH = 31;

export function estimate(plan: Plan): Estimate {
  const probes = plan.probes.map(estimateProbe);
  return {
    probes,
    codesPerDay: sum(probes.map((probe) => probe.codesPerDay)),
    costPerMonth: sum(probes.map((probe) => probe.costPerMonth)),
    cap: plan.cap,
  };
}

function estimateProbe(probe: PlannedProbe): ProbeEstimate {
  const attemptsPerDay = ticksPerDay(probe.rhythm) * probe.attemptsPerTick;
  const codesPerDay = probe.delivered ? attemptsPerDay : 0;
  const meanCost = sum(probe.accounts.map((account) => account.cost)) / Math.max(1, probe.accounts.length);
  return {
    name: probe.name,
    target: probe.target,
    attemptsPerDay,
    codesPerDay,
    costPerMonth: Math.ceil(codesPerDay * DAYS_IN_MONTH * meanCost),
    busyMinutes: {
      late: (attemptsPerDay * probe.deadlineMs) / MINUTE,
      lost: (attemptsPerDay * probe.expiryMs) / MINUTE,
    },
    detectionMs: probe.delivered && probe.target !== CONTROL_TARGET ? worstDetectionMs(probe) : null,
  };
}

/** Two confirmations are at least this far apart, and the first and the last lost code that far. */
export const CONFIRM_GAP_MS = 60_000;
export const MIN_SPAN_MS = 180_000;
/** So many lost codes outweigh any threshold that a schedule of ours leads to, also while the detector still learns. */
const LOST_CODES = 4;
/** A code is counted as lost a moment after its deadline: it may still be on its way through us. */
const GRACE_MS = 2_000;

/**
 * From the moment at which all codes stop to the alarm, at worst. The first code to be lost is requested up to one
 * whole interval later. Each confirmation waits for the deadline of the code before it, and for a phone: one that lost
 * its code rests (see restAfter), so that few phones find an outage late.
 */
export function worstDetectionMs(probe: PlannedProbe): number {
  const { rhythm, deadlineMs, expiryMs } = probe;
  const phones = slotsOf(probe).length;
  const gapMs = Math.max(CONFIRM_GAP_MS, deadlineMs + GRACE_MS);
  const restMs = Math.max(2 * expiryMs, 10 * MINUTE);
  const first = longestGapMs(rhythm);
  const requests = [first];
  while (requests.length < LOST_CODES) {
    const previous = requests.at(-1) ?? first;
    const freed = (requests.at(-phones) ?? -Infinity) + restMs;
    requests.push(Math.max(previous + gapMs, requests.length < phones ? 0 : freed));
  }
  return Math.max(requests.at(-1) ?? first, first + MIN_SPAN_MS) + deadlineMs + GRACE_MS;
}

/** Phones of the probe, or its accounts where no code is sent: what one attempt takes for itself. */
export const slotsOf = (probe: PlannedProbe): string[] => [
  ...new Set(probe.accounts.map((account) => (probe.delivered && account.phone) || account.name)),
];

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** A share of the day, for one account or phone. */
export const shareOfDay = (attemptsPerDay: number, busyMs: number): number => (attemptsPerDay * busyMs) / DAY;
