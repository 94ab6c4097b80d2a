import { expect, test } from 'vitest';
import { blamesOf } from '../../../src/domain/verdict/posterior.ts';
import { suspectsOf } from '../../../src/domain/verdict/suspects.ts';
import { ESTATE, phone, sms } from './builders.ts';

/** How often suspects look at an observation, with so many phones of one observation each. */
function looksAt(phones: number): number {
  const names = Array.from({ length: phones }, (_, index) => `p${index}`);
  const estate = { ...ESTATE, phones: names.map((name) => phone(name, 'A', false)) };
  let looks = 0;
  const counting = suspectsOf(estate).map((suspect) => ({
    ...suspect,
    strikes: (observation: Parameters<typeof suspect.strikes>[0]) => {
      looks += 1;
      return suspect.strikes(observation);
    },
  }));
  const observations = names.map((name) => sms('14:05', name));
  blamesOf(observations, counting, { healthy: 0.97, isOnsetKnown: false });
  return looks;
}

test('ten times the phones cost ten times as much, not a hundred times', () => {
  expect(looksAt(1000)).toBe(10 * looksAt(100));
});
