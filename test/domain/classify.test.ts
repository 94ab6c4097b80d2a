import { expect, test } from 'vitest';
import { classifyFailure } from '../../src/domain/classify.ts';
import { AttemptFailure, LoginRefused, RateLimited } from '../../src/domain/failure.ts';
import { codeResultOf } from '../../src/domain/code-result.ts';
import { CODE_RESULTS, FAULT_OF, OUTCOMES } from '../../src/domain/outcome.ts';

const quiet = new AbortController().signal;

test('a typed failure keeps its outcome, words and wish to wait', () => {
  expect(classifyFailure(new LoginRefused('401'), quiet)).toEqual({
    outcome: 'login_refused',
    reason: '401',
    retryAfterMs: null,
  });
  expect(classifyFailure(new RateLimited('429', { retryAfterMs: 60_000 }), quiet).retryAfterMs).toBe(60_000);
});

test('anything else that is thrown is a fault of the flow, whatever it is', () => {
  expect(classifyFailure(new TypeError('x is undefined'), quiet)).toMatchObject({
    outcome: 'flow_error',
    reason: 'TypeError: x is undefined',
  });
  expect(classifyFailure('text', quiet).outcome).toBe('flow_error');
  expect(classifyFailure(undefined, quiet).outcome).toBe('flow_error');
});

test('when our own signal ended the attempt, its reason wins over the echo in the flow', () => {
  const controller = new AbortController();
  controller.abort(new AttemptFailure('aborted', 'the lease was lost'));
  expect(classifyFailure(new LoginRefused('echo'), controller.signal)).toMatchObject({
    outcome: 'aborted',
    reason: 'the lease was lost',
  });
  const bare = new AbortController();
  bare.abort();
  expect(classifyFailure(new Error('fetch failed'), bare.signal).outcome).toBe('aborted');
});

test('every outcome has a fault and leads to one code result', () => {
  for (const outcome of OUTCOMES) {
    expect(FAULT_OF[outcome]).toBeDefined();
    expect(CODE_RESULTS).toContain(codeResultOf(outcome, null));
    expect(codeResultOf(outcome, 'on_time')).toBe('on_time');
  }
});

test('faults of ours, of the receiver and blocks leave a code unmeasured, never lost', () => {
  const innocent = OUTCOMES.filter((outcome) =>
    ['monitor', 'blocked', 'receiver'].includes(FAULT_OF[outcome]),
  );
  const results = new Set(innocent.map((outcome) => codeResultOf(outcome, null)));
  expect([...results].sort()).toEqual(['redacted', 'unmeasured']);
});
