import type { EpochMs } from '../units.ts';
import { baselineAt, isWarmingUp, learn, type LaunchedResult } from './baseline.ts';
import { deadlineOf, type DetectorConfig } from './config.ts';
import { mixture, weightsOf, type Weights } from './hypothesis.ts';
import { finishedEvidence, recoveryEvidence, waitingEvidence } from './likelihood.ts';
import { EVIDENCE_FLOOR, type DetectorState, type WaitingProbe } from './state.ts';

/** All evidence of a moment: finished probes and those that still wait. */
export interface Weighed {
  readonly weights: Weights;
  /** The hypotheses taken together: what is compared with the threshold. */
  readonly score: number;
  /** Launch times of the waiting probes that count as bad already. */
  readonly badLaunches: readonly EpochMs[];
}

/** A waiting probe counts as bad from so many nats on. */
const WAITING_BAD = 1;

export function weigh(state: DetectorState, config: DetectorConfig): Weighed {
  const badLaunches: EpochMs[] = [];
  let weights = state.evidence;
  // What is slow is not known before the baseline is.
  const waiting = isWarmingUp(state, config) ? [] : state.waiting;
  for (const { launchedAt } of waiting) {
    const passed = edgesPassed(state.lastAt - launchedAt, config);
    if (passed === 0) continue;
    const added = waitingEvidence(baselineAt(state, launchedAt, config), passed - 1, config);
    if (mixture(added) > WAITING_BAD) badLaunches.push(launchedAt);
    weights = sumOf(weights, added);
  }
  return { weights, score: mixture(weights), badLaunches };
}

/** Takes a result, on time or timed out: each probe counts once. */
export function finish(
  state: DetectorState,
  probe: WaitingProbe,
  bucket: number,
  config: DetectorConfig,
): DetectorState {
  const rest = { ...state, waiting: state.waiting.filter(({ id }) => id !== probe.id) };
  const result = { launchedAt: probe.launchedAt, bucket };
  return state.status === 'ALARM' ? weighRecovery(rest, result, config) : weighOutage(rest, result, config);
}

/** Nothing is learned in an alarm: an outage must not become normal. */
function weighRecovery(state: DetectorState, result: LaunchedResult, config: DetectorConfig): DetectorState {
  const baseline = baselineAt(state, result.launchedAt, config);
  const gained = recoveryEvidence(baseline, result.bucket, state.hypothesis ?? 'loss', config);
  return { ...state, recovery: Math.max(0, state.recovery + gained) };
}

function weighOutage(state: DetectorState, result: LaunchedResult, config: DetectorConfig): DetectorState {
  const baseline = baselineAt(state, result.launchedAt, config);
  const gained = finishedEvidence(baseline, result.bucket, config);
  const warmingUp = isWarmingUp(state, config);
  const evidence = weightsOf((outage) => {
    if (warmingUp && outage !== 'loss') return EVIDENCE_FLOOR;
    // Shiryaev-Roberts: the outage may have begun with any earlier probe (ln(1 + R)), or with this one.
    return Math.max(EVIDENCE_FLOOR, softplus(state.evidence[outage]) + gained[outage]);
  });
  const weighed = { ...state, evidence };
  return learn(mixture(gained) > 0 ? markBad(weighed, result.launchedAt) : weighed, result, config);
}

/** Widens the span of the bad probes. */
export const markBad = (state: DetectorState, launchedAt: EpochMs): DetectorState => ({
  ...state,
  firstBadAt: Math.min(state.firstBadAt ?? launchedAt, launchedAt),
  lastBadAt: Math.max(state.lastBadAt ?? launchedAt, launchedAt),
});

/** Probes that wait past their deadline become losses, in the order of their launch. */
export function timeOut(state: DetectorState, config: DetectorConfig): DetectorState {
  const deadlineMs = deadlineOf(config);
  const overdue = state.waiting.filter(({ launchedAt }) => state.lastAt - launchedAt >= deadlineMs);
  if (overdue.length === 0) return state;
  return overdue
    .toSorted((a, b) => a.launchedAt - b.launchedAt)
    .reduce((next, probe) => finish(next, probe, config.edgesMs.length, config), state);
}

/** Edges before the deadline that a probe has outwaited. */
function edgesPassed(waitedMs: number, { edgesMs }: DetectorConfig): number {
  const ahead = edgesMs.findIndex((edge) => waitedMs < edge);
  return ahead < 0 ? edgesMs.length - 1 : ahead;
}

const sumOf = (a: Weights, b: Weights): Weights => weightsOf((outage) => a[outage] + b[outage]);

/** ln(1 + e^x), exact where e^x would overflow. */
const softplus = (x: number): number => (x > 30 ? x : Math.log1p(Math.exp(x)));
