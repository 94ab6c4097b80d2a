import { expect, test } from 'vitest';
import { accountPauseKey, movePause, parseAccountPause, type AccountPause } from '../../src/domain/pause.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { HOUR, MINUTE } from '../../src/domain/units.ts';

const T = 1_000_000_000_000;

/** The pauses after each outcome, in minutes after it; attempts are a week apart. */
function pauses(...outcomes: Outcome[]): (number | null)[] {
  let pause: AccountPause | null = null;
  let finishedAt = T;
  return outcomes.map((outcome) => {
    finishedAt += 168 * HOUR;
    pause = movePause(pause, { outcome, reason: 'why', finishedAt });
    return pause && pause.until > finishedAt ? (pause.until - finishedAt) / MINUTE : null;
  });
}

test('a refused login pauses the account, twice as long each time, up to a day', () => {
  const refused = Array.from({ length: 8 }, () => 'login_refused' as const);
  expect(pauses(...refused)).toEqual([15, 30, 60, 120, 240, 480, 960, 1440]);
});

test('one rejected code pauses nothing, the second in a row does, and each further one', () => {
  const rejected = Array.from({ length: 7 }, () => 'code_rejected' as const);
  expect(pauses(...rejected)).toEqual([null, 60, 120, 240, 480, 960, 1440]);
});

test('a success clears everything', () => {
  expect(pauses('code_rejected', 'ok', 'code_rejected')).toEqual([null, null, null]);
  expect(pauses('login_refused', 'late', 'login_refused')).toEqual([15, null, 15]);
});

test('what proves nothing changes nothing', () => {
  expect(pauses('code_rejected', 'lost', 'aborted', 'code_rejected')).toEqual([null, null, null, 60]);
});

test('a rejected code shows that the login works, so refused logins are no longer in a row', () => {
  expect(pauses('login_refused', 'code_rejected', 'login_refused')).toEqual([15, null, 15]);
});

test('a pause under way is never cut short', () => {
  const long: AccountPause = { until: T + 24 * HOUR, refused: 0, rejected: 7, reason: 'codes' };
  expect(movePause(long, { outcome: 'login_refused', reason: 'login', finishedAt: T })).toMatchObject({
    until: T + 24 * HOUR,
    refused: 1,
    rejected: 7,
  });
});

test('pauses are kept by target and account, and only a pause is read as one', () => {
  expect(accountPauseKey('acme', 'sms-1')).toBe('pause/account/acme/sms-1');
  const pause = { until: T, refused: 1, rejected: 0, reason: 'why' };
  expect(parseAccountPause(JSON.parse(JSON.stringify(pause)))).toEqual(pause);
  for (const other of [null, 7, {}, { until: null }]) expect(parseAccountPause(other)).toBeNull();
});
