import { badHours } from '../domain/detector/baseline.ts';
import type { TargetWatch } from '../engine/watch/target-watch.ts';
import type { Watch } from '../engine/watch/watch.ts';
import type { DetectorView, WatchView } from '../ports/operations.ts';

/** What people see of the watch, by target. */
export function watchViews(watch: Watch): Record<string, WatchView> {
  return Object.fromEntries([...watch.targets].map(([target, one]) => [target, viewOf(one)]));
}

function viewOf(watch: TargetWatch): WatchView {
  const { cause, subject, posterior, words, missing } = watch.verdict;
  return {
    verdict: { cause, subject, posterior, words, missing },
    since: watch.verdictSince,
    detectors: detectorsOf(watch),
    named: watch.detector.named,
  };
}

function detectorsOf(watch: TargetWatch): DetectorView[] {
  const { answers, state } = watch.detector;
  return Object.entries(answers).map(([route, { status, hypothesis, score, badSince }]) => {
    const config = watch.config.detectors[route];
    const known = state[route];
    return {
      route,
      status,
      hypothesis,
      score,
      threshold: watch.thresholdOf(route),
      badSince,
      badHours: config && known ? badHours(known, config) : [],
    };
  });
}
