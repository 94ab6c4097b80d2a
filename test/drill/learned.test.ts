import { expect, test } from 'vitest';
import { readState } from '../../src/domain/detector/state.ts';
import { targetConfigFor } from '../../src/domain/detector/target-config.ts';
import { learnHealthy, type HealthyHistory } from '../../src/drill/learned.ts';
import { GOOD_CARRIER } from '../../src/sim/delivery-model.ts';

const MINUTE = 60_000;
const ENDS_AT = Date.parse('2026-03-15T12:00:00Z');

const config = targetConfigFor({
  routes: ['us-a', 'us-b'].map((route) => ({
    route,
    intervalMs: 10 * MINUTE,
    deadlineMs: MINUTE,
    phones: 2,
  })),
  perPhone: { sends: 5, windowMs: 10 * MINUTE },
});
const history = (more: Partial<HealthyHistory> = {}): HealthyHistory => ({
  seed: 'learned',
  config,
  phones: ['us-a', 'us-b'].map((route) => ({ route, carrier: GOOD_CARRIER })),
  intervalMs: 5 * MINUTE,
  endsAt: ENDS_AT,
  ...more,
});

test('two healthy weeks leave every detector warm, calm and free to ask, in a form that the daemon reads', () => {
  const detectors = learnHealthy(history());
  expect(Object.keys(detectors).sort()).toEqual(['all', 'us-a', 'us-b']);
  for (const [name, state] of Object.entries(detectors)) {
    const settings = config.detectors[name];
    if (!settings) throw new Error(`no settings of ${name}`);
    expect(state.seen).toBeGreaterThan(settings.warmupProbes);
    expect(state).toMatchObject({ status: 'OK', hypothesis: null, waiting: [], firstBadAt: null });
    expect(state.lastAt).toBeLessThan(ENDS_AT - settings.windowMs);
    expect(readState(JSON.parse(JSON.stringify(state)), settings)).toEqual(state);
  }
});

test('what is normal is what the carriers do, within the detector’s bounds', () => {
  const slow = { ...GOOD_CARRIER, mu: GOOD_CARRIER.mu + Math.log(4) };
  const lossOf = (state: ReturnType<typeof learnHealthy>[string] | undefined) =>
    state?.base.all.at(-1) ?? NaN;
  const fastShare = (detectors: ReturnType<typeof learnHealthy>, route: string) =>
    (detectors[route]?.base.all ?? []).slice(0, 4).reduce((sum, share) => sum + share, 0);
  const detectors = learnHealthy(
    history({
      phones: [
        { route: 'us-a', carrier: GOOD_CARRIER },
        { route: 'us-b', carrier: slow },
      ],
    }),
  );
  expect(fastShare(detectors, 'us-a')).toBeGreaterThan(0.7);
  expect(fastShare(detectors, 'us-b')).toBeLessThan(0.3);
  expect(lossOf(detectors['us-a'])).toBeGreaterThan(0.005);
  expect(lossOf(detectors['us-a'])).toBeLessThan(0.08);
});

test('the same seed learns the same', () => {
  expect(learnHealthy(history())).toEqual(learnHealthy(history()));
  expect(learnHealthy(history({ seed: 'another' }))).not.toEqual(learnHealthy(history()));
});
