import { expect, test } from 'vitest';
import { abandonedAttempt } from '../../src/domain/abandoned.ts';
import { aPlan } from '../support/builders.ts';

const plan = aPlan('a1');

test('what a dead node left is ours, and measured nothing', () => {
  const ended = abandonedAttempt(plan, { endedAt: plan.startedAt + 7000, requestedAt: null, messages: [] });
  expect(ended).toEqual({
    ...plan,
    finishedAt: plan.startedAt + 7000,
    durationMs: 7000,
    outcome: 'aborted',
    fault: 'monitor',
    reason: `node ${plan.node} died or stopped while the attempt ran`,
    stages: [],
    requests: [],
    code: null,
    messages: [],
    logout: 'none',
    retryAfterMs: null,
  });
});

test('a code that was asked for is accounted for, overdue from its deadline on', () => {
  const requestedAt = plan.startedAt + 1000;
  const codeAt = (endedAt: number) => abandonedAttempt(plan, { endedAt, requestedAt, messages: [] }).code;
  const code = { requestedAt, result: 'unmeasured', deliveryMs: null, uncertaintyMs: 0 };
  expect(codeAt(requestedAt + plan.deadlineMs - 1)).toEqual({ ...code, overdue: false });
  expect(codeAt(requestedAt + plan.deadlineMs)).toEqual({ ...code, overdue: true });
});

test('its messages stay its evidence, and a wall clock that was set back makes no time negative', () => {
  const message = {
    id: 'm1',
    providerId: 'p1',
    disposition: 'matched',
    from: 'ACME',
    arrivedAt: plan.startedAt,
    afterRequestMs: null,
    times: [],
  } as const;
  const ended = abandonedAttempt(plan, {
    endedAt: plan.startedAt - 5000,
    requestedAt: null,
    messages: [message],
  });
  expect(ended).toMatchObject({ durationMs: 0, messages: [message] });
});
