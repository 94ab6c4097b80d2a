import type { DetectorConfig } from './config.ts';
import { weightsOf, type Hypothesis, type Weights } from './hypothesis.ts';

/** A probability for each latency bucket; the last one is "not by the deadline". */
export type Shares = readonly number[];

const TINY = 1e-12;
const logRatio = (outage: number, normal: number): number =>
  Math.log(Math.max(outage, TINY) / Math.max(normal, TINY));

/** How much a result in `bucket` speaks for each outage, against the baseline. */
export const finishedEvidence = (baseline: Shares, bucket: number, config: DetectorConfig): Weights =>
  weightsOf((outage) => logRatio(OUTAGES[outage].share(baseline, bucket, config), baseline[bucket] ?? 0));

/** How much it speaks for each outage that a probe is unanswered although its edge number `edge` has passed. */
export function waitingEvidence(baseline: Shares, edge: number, config: DetectorConfig): Weights {
  const normal = 1 - answeredBy(baseline, edge);
  return weightsOf((outage) => logRatio(1 - OUTAGES[outage].answered(baseline, edge, config), normal));
}

/** How much a result in `bucket` speaks against the outage that an alarm named. */
export function recoveryEvidence(
  baseline: Shares,
  bucket: number,
  outage: Hypothesis,
  config: DetectorConfig,
): number {
  // Half of the codes lost is an outage still, so the end of a total loss is measured against that.
  const still =
    outage === 'loss'
      ? losing(baseline, bucket, config.recoverLoss)
      : OUTAGES[outage].share(baseline, bucket, config);
  return -logRatio(still, baseline[bucket] ?? 0);
}

/** What an outage makes of a baseline: the share of one bucket, and of all buckets up to an edge. */
interface OutageModel {
  readonly share: (baseline: Shares, bucket: number, config: DetectorConfig) => number;
  readonly answered: (baseline: Shares, edge: number, config: DetectorConfig) => number;
}

const OUTAGES: Readonly<Record<Hypothesis, OutageModel>> = {
  loss: {
    share: (baseline, bucket, config) => losing(baseline, bucket, config.lossTotal),
    answered: (baseline, edge, config) => (1 - config.lossTotal) * answeredBy(baseline, edge),
  },
  partial: {
    share: (baseline, bucket, config) => losing(baseline, bucket, config.lossPartial),
    answered: (baseline, edge, config) => (1 - config.lossPartial) * answeredBy(baseline, edge),
  },
  slow: {
    share: slowed,
    answered: (baseline, edge, { slowMix, slowShift }) =>
      (1 - slowMix) * answeredBy(baseline, edge) + slowMix * answeredBy(baseline, edge - slowShift),
  },
};

const isLast = (baseline: Shares, bucket: number): boolean => bucket === baseline.length - 1;

function losing(baseline: Shares, bucket: number, loss: number): number {
  return (1 - loss) * (baseline[bucket] ?? 0) + (isLast(baseline, bucket) ? loss : 0);
}

function slowed(baseline: Shares, bucket: number, { slowMix, slowShift }: DetectorConfig): number {
  const moved = isLast(baseline, bucket)
    ? 1 - answeredBy(baseline, bucket - slowShift - 1)
    : (baseline[bucket - slowShift] ?? 0);
  return (1 - slowMix) * (baseline[bucket] ?? 0) + slowMix * moved;
}

/** The share of codes that have come by an edge. */
function answeredBy(baseline: Shares, edge: number): number {
  let answered = 0;
  for (let bucket = 0; bucket <= edge; bucket += 1) answered += baseline[bucket] ?? 0;
  return answered;
}
