import { expect, test } from 'vitest';
import {
  AttemptFailure,
  ChallengeMissing,
  CodeRejected,
  LoginRefused,
  RateLimited,
  RequestRefused,
  TargetUnreachable,
} from '../../src/domain/failure.ts';

test.each([
  [LoginRefused, 'login_refused'],
  [ChallengeMissing, 'challenge_missing'],
  [RequestRefused, 'request_refused'],
  [CodeRejected, 'code_rejected'],
  [RateLimited, 'rate_limited'],
  [TargetUnreachable, 'target_unreachable'],
] as const)('%o ends an attempt as %s', (Failure, outcome) => {
  const cause = new Error('below');
  const failure = new Failure('why', { retryAfterMs: 5000, cause });
  expect(failure).toBeInstanceOf(AttemptFailure);
  expect(failure).toMatchObject({ outcome, message: 'why', retryAfterMs: 5000, name: Failure.name });
  expect(failure.cause).toBe(cause);
});

test('a failure without detail wishes for nothing and has no cause', () => {
  const failure = new AttemptFailure('redacted', 'why');
  expect(failure).toMatchObject({ outcome: 'redacted', name: 'AttemptFailure', retryAfterMs: null });
  expect(Object.hasOwn(failure, 'cause')).toBe(false);
});
