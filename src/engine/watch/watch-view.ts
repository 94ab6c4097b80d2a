import { badHours } from '../../domain/detector/baseline.ts';
import type { TargetWatch } from './target-watch.ts';
import type { DetectorView, WatchView } from '../../ports/operations.ts';

/** Where the views stand that the node on duty shows to all. */
export const VIEW_PREFIX = 'watchview/';

/** What people see of the watch, by target. */
export const viewsOf = (targets: ReadonlyMap<string, TargetWatch>): Record<string, WatchView> =>
  Object.fromEntries([...targets].map(([target, one]) => [target, viewOf(one)]));

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
