import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import { CODE_RESULTS } from '../../src/domain/outcome.ts';
import { aCode, anAttempt, anInventory, aPlan, aProbe, NOON } from '../support/builders.ts';
import { samplesOf } from '../support/exposition.ts';
import { createStand } from './stand.ts';

const PHONES = [
  ['us-a', 'US-carrier-a'],
  ['us-b', 'US-carrier-b'],
] as const;

/** One of a few attempts, on the phone that its number gives it. */
const plan = fc.nat(7).map((number) => {
  const [phone, route] = PHONES[number % 2 === 0 ? 0 : 1];
  return aPlan(`a${number}`, { phone, route });
});

const event: fc.Arbitrary<ProbeEvent> = fc.oneof(
  plan.map((of) => ({ kind: 'attempt_started', plan: of }) as const),
  plan.map((of) => ({ kind: 'code_requested', plan: of, at: NOON }) as const),
  plan.map((of) => ({ kind: 'code_overdue', plan: of, at: NOON }) as const),
  plan.map((of) => ({ kind: 'attempt_dropped', attempt: of, reason: 'its lease was lost' }) as const),
  fc.tuple(plan, fc.option(fc.constantFrom(...CODE_RESULTS))).map(([of, result]) => ({
    kind: 'attempt_finished' as const,
    attempt: anAttempt(of, { code: result && aCode(result, result === 'on_time' ? 4000 : null) }),
  })),
);

const sum = (values: readonly { readonly value: number }[]) =>
  values.reduce((total, { value }) => total + value, 0);

test('requested is the sum of results and of what is waited for, after any events in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
      const { metrics, read } = createStand();
      const waiting = new Set<string>();
      for (const next of events) {
        metrics.observe(next);
        if (next.kind === 'code_requested') waiting.add(next.plan.id);
        if (next.kind === 'attempt_finished' || next.kind === 'attempt_dropped')
          waiting.delete(next.attempt.id);
      }
      const families = await read();
      const requested = sum(samplesOf(families, 'twofa_codes_requested_total'));
      expect(requested).toBe(sum(samplesOf(families, 'twofa_codes_total')) + waiting.size);
    }),
    { numRuns: 60 },
  );
});

test('a reload in between never makes more results than requests', async () => {
  const reload = fc.constantFrom('with', 'without').map((how) => ({ kind: 'reload', how }) as const);
  const without = anInventory({ probes: [aProbe('other')] });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(event, reload), { maxLength: 60 }), async (steps) => {
      const { metrics, read } = createStand();
      for (const step of steps) {
        if (step.kind === 'reload') metrics.configure(step.how === 'with' ? anInventory() : without);
        else metrics.observe(step);
      }
      metrics.configure(anInventory());
      const families = await read();
      for (const [phone] of PHONES) {
        const ofPhone = (name: string) =>
          sum(samplesOf(families, name).filter((s) => s.labels['phone'] === phone));
        expect(ofPhone('twofa_codes_requested_total')).toBeGreaterThanOrEqual(ofPhone('twofa_codes_total'));
      }
    }),
    { numRuns: 60 },
  );
});
