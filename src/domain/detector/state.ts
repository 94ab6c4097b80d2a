import { z } from 'zod';
import { DAY, type EpochMs } from '../units.ts';
import { baselinesOf, unlearned, type Learned } from './baseline.ts';
import type { DetectorConfig } from './config.ts';
import { HYPOTHESES, weightsOf, type Hypothesis, type Weights } from './hypothesis.ts';

/**
 * OK -> SUSPECT -> ALARM -> OK: suspicion asks for confirmations, an alarm needs the threshold and a span.
 * SUSPECT -> OK: the score fell. MUTED: maintenance; results are ignored until it ends.
 */
export const STATUSES = ['OK', 'SUSPECT', 'ALARM', 'MUTED'] as const;
export type Status = (typeof STATUSES)[number];

/** A probe whose code was asked for and has not come. */
export interface WaitingProbe {
  readonly id: string;
  readonly launchedAt: EpochMs;
}

/** All that one detector remembers: plain JSON, about 6 kB. */
export interface DetectorState extends Learned {
  readonly version: typeof STATE_VERSION;
  /** The buckets that the counts belong to. */
  readonly edgesMs: readonly number[];
  readonly lastAt: EpochMs;
  readonly status: Status;
  /** What the alarm is about; null when there is none. */
  readonly hypothesis: Hypothesis | null;
  /** Evidence of finished probes for each outage. */
  readonly evidence: Weights;
  /** Evidence, in an alarm, that it is over. */
  readonly recovery: number;
  /** Launch times of the first and the last bad probe of this suspicion or alarm. */
  readonly firstBadAt: EpochMs | null;
  readonly lastBadAt: EpochMs | null;
  readonly waiting: readonly WaitingProbe[];
  /** Sends within the window, oldest first. */
  readonly sends: readonly EpochMs[];
  readonly lastLaunchAt: EpochMs | null;
  /** Saved confirmations, as the time that earned them: whole milliseconds add up exactly. */
  readonly budgetMs: number;
}

/** Goes up when a stored state can no longer be understood. */
export const STATE_VERSION = 2;

/** The evidence sinks no lower, so that long health does not slow the next alarm. */
export const EVIDENCE_FLOOR = -20;

/** No evidence for anything; what was learned stays. */
export const NO_EVIDENCE = {
  evidence: weightsOf(() => EVIDENCE_FLOOR),
  recovery: 0,
  firstBadAt: null,
  lastBadAt: null,
} as const;

/** A detector that knows nothing yet. */
export function init(at: EpochMs, config: DetectorConfig): DetectorState {
  const learned = unlearned(config);
  return {
    version: STATE_VERSION,
    edgesMs: config.edgesMs,
    lastAt: at,
    status: 'OK',
    hypothesis: null,
    ...NO_EVIDENCE,
    waiting: [],
    sends: [],
    lastLaunchAt: null,
    budgetMs: config.burst * config.refillMs,
    ...learned,
    day: Math.floor(at / DAY),
    base: baselinesOf(learned, config),
  };
}

/**
 * A state as it was stored. null: start anew, since it is of another version or damaged, or counts in the buckets of
 * another deadline.
 */
export function readState(stored: unknown, config: DetectorConfig): DetectorState | null {
  const parsed = StoredState.safeParse(stored);
  if (!parsed.success) return null;
  const state = parsed.data;
  const sameBuckets = state.edgesMs.join() === config.edgesMs.join();
  const rows = [state.counts, ...state.hours, state.base.all, ...state.base.hours];
  const complete = rows.every((row) => row.length === config.edgesMs.length + 1);
  return sameBuckets && complete ? state : null;
}

const numbers = z.array(z.number());
const day = z.array(numbers).length(24);

const StoredState: z.ZodType<DetectorState> = z.strictObject({
  version: z.literal(STATE_VERSION),
  edgesMs: numbers,
  lastAt: z.number(),
  status: z.enum(STATUSES),
  hypothesis: z.enum(HYPOTHESES).nullable(),
  evidence: z.strictObject({ loss: z.number(), partial: z.number(), slow: z.number() }),
  recovery: z.number(),
  firstBadAt: z.number().nullable(),
  lastBadAt: z.number().nullable(),
  waiting: z.array(z.strictObject({ id: z.string(), launchedAt: z.number() })),
  sends: numbers,
  lastLaunchAt: z.number().nullable(),
  budgetMs: z.number(),
  seen: z.number(),
  counts: numbers,
  hours: day,
  day: z.number(),
  base: z.strictObject({ all: numbers, hours: day }),
});
