import type { DetectorView, VerdictChange, WatchView } from '../../src/ports/operations.ts';
import { NOON } from './builders.ts';

/** A calm detector, unless told otherwise. */
export const aDetector = (route: string, change: Partial<DetectorView> = {}): DetectorView => ({
  route,
  status: 'OK',
  hypothesis: null,
  score: -3,
  threshold: 12,
  badSince: null,
  badHours: [],
  ...change,
});

/** A healthy target on two routes, unless told otherwise. */
export function aWatch(
  change: Partial<Omit<WatchView, 'verdict'>> & { verdict?: Partial<WatchView['verdict']> } = {},
): WatchView {
  const { verdict, ...more } = change;
  return {
    since: NOON - 3_600_000,
    detectors: [aDetector('US-carrier-a'), aDetector('US-carrier-b'), aDetector('all')],
    named: null,
    ...more,
    verdict: {
      cause: 'healthy',
      subject: null,
      posterior: 0.991,
      words: 'SMS codes: 6 of 6 on time since 11:30; authenticator app ok 11:57 -> healthy',
      missing: [],
      ...verdict,
    },
  };
}

/** The code sender is off, and every detector knows it. */
export const anOutage = (): WatchView => {
  const alarm = { status: 'ALARM', hypothesis: 'loss', score: 15.16, badSince: NOON - 600_000 } as const;
  return aWatch({
    since: NOON - 300_000,
    detectors: [aDetector('US-carrier-a', alarm), aDetector('US-carrier-b'), aDetector('all', alarm)],
    verdict: {
      cause: 'code_sender',
      posterior: 0.9712,
      words:
        "SMS codes: 5 of 5 lost on 2 of 2 carriers since 11:50; authenticator app ok 11:57 -> the target's code sender",
    },
  });
};

export const aChange = (
  minutesAgo: number,
  change: Partial<Omit<VerdictChange, 'verdict'>> & { verdict?: Partial<VerdictChange['verdict']> } = {},
): VerdictChange => ({
  target: 'acme',
  before: 'healthy',
  ...change,
  verdict: { ...anOutage().verdict, at: NOON - minutesAgo * 60_000, ...change.verdict },
});
