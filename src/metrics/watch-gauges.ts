import { HYPOTHESES } from '../domain/detector/hypothesis.ts';
import { CAUSES } from '../domain/verdict/cause.ts';
import type { DetectorView, WatchView } from '../ports/operations.ts';
import type { Families } from './families.ts';

const STATES = ['none', 'suspect', ...HYPOTHESES, 'muted'] as const;
type State = (typeof STATES)[number];

/** What detectors and verdicts say, as one state that is 1 each. */
export function setWatch(families: Families, watch: Readonly<Record<string, WatchView>>): void {
  for (const [target, { detectors, verdict }] of Object.entries(watch)) {
    for (const cause of CAUSES) families.verdict.set({ target, cause }, Number(cause === verdict.cause));
    for (const detector of detectors) setDetector(families, target, detector);
  }
}

function setDetector(families: Families, target: string, detector: DetectorView): void {
  const { route, score, threshold } = detector;
  const current = stateOf(detector);
  for (const hypothesis of STATES) {
    families.outageState.set({ target, route, hypothesis }, Number(hypothesis === current));
  }
  families.outageScore.set({ target, route }, score);
  families.outageThreshold.set({ target }, threshold);
}

function stateOf({ status, hypothesis }: DetectorView): State {
  switch (status) {
    case 'OK':
      return 'none';
    case 'SUSPECT':
      return 'suspect';
    case 'MUTED':
      return 'muted';
    case 'ALARM':
      return hypothesis ?? 'loss';
    default:
      return status satisfies never;
  }
}
