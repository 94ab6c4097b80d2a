import { expect, test } from 'vitest';
import type { AttemptPlan } from '../../src/domain/attempt.ts';
import type { Started } from '../../src/engine/attempt-desk.ts';
import { Probing } from '../../src/engine/watch/probing.ts';
import { aPlan, anAttempt } from '../support/builders.ts';
import { buildSpec, phoneAccount } from '../support/engine-world.ts';
import { FakeClock } from '../support/fake-clock.ts';

const CONTROL = { kind: 'control', phone: 'us-a' } as const;
const refused: Started = { started: false, skip: 'overlap', detail: 'in use' };

function started(plan: AttemptPlan): Started {
  return { started: true, plan, finished: Promise.resolve(anAttempt(plan)) };
}

function stand(answers: readonly Started[]) {
  const clock = new FakeClock();
  const asked: number[] = [];
  const left = [...answers];
  const control = buildSpec({
    entry: { name: 'receive-path', target: 'control' },
    accounts: [phoneAccount('us-a')],
  });
  const probing = new Probing({
    clock,
    notify: () => undefined,
    specs: () => [control],
    run: () => {
      asked.push(clock.monotonicMs());
      return Promise.resolve(left.shift() ?? refused);
    },
  });
  return { clock, asked, probing };
}

test('a contrast probe that found its phone in use is asked for again in seconds, not in a minute', async () => {
  const { clock, asked, probing } = stand([refused, refused]);
  await probing.contrast('acme', CONTROL);
  await probing.contrast('acme', CONTROL);
  expect(asked).toHaveLength(1);
  const retryAt = probing.retryAtMs('acme');
  expect(retryAt).toBe(clock.monotonicMs() + 10_000);
  await clock.advance(10_000);
  await probing.contrast('acme', CONTROL);
  expect(asked).toHaveLength(2);
});

test('one that was started is not started again within a minute', async () => {
  const { clock, asked, probing } = stand([started(aPlan('first')), started(aPlan('second'))]);
  await probing.contrast('acme', CONTROL);
  await clock.advance(59_000);
  await probing.contrast('acme', CONTROL);
  expect(asked).toHaveLength(1);
  await clock.advance(1000);
  await probing.contrast('acme', CONTROL);
  expect(asked).toHaveLength(2);
});

test('what one target is refused holds up no other', async () => {
  const { asked, probing } = stand([refused, started(aPlan('other'))]);
  await probing.contrast('acme', CONTROL);
  expect(probing.retryAtMs('acm')).toBeNull();
  await probing.contrast('other', CONTROL);
  expect(asked).toHaveLength(2);
});
