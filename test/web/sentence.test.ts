import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { CodeResult, Outcome } from '../../src/domain/outcome.ts';
import { describeFactor } from '../../src/web/pages/sentence.ts';
import { aCode, anAttempt, aPlan, NOON } from '../support/builders.ts';
import { aProbeView } from '../support/fake-operations.ts';

const OUTCOME_OF: Partial<Record<CodeResult, Outcome>> = {
  on_time: 'ok',
  late: 'late',
  lost: 'lost',
  unreadable: 'code_unreadable',
};

/** One attempt each, newest first, five minutes apart; a number is an arrival after so many seconds. */
function history(
  results: readonly (number | CodeResult)[],
  routes: readonly string[] = ['US-carrier-a'],
): Attempt[] {
  return results.map((result, index) => {
    const startedAt = NOON - 100_000 - index * 300_000;
    const plan = aPlan(`a${index}`, { startedAt, route: routes[index % routes.length] ?? null });
    const kind = typeof result === 'number' ? (result > 60 ? 'late' : 'on_time') : result;
    const code = aCode(kind, typeof result === 'number' ? result * 1000 : null, { requestedAt: startedAt });
    return anAttempt(plan, { outcome: OUTCOME_OF[kind] ?? 'aborted', code });
  });
}

function say(attempts: readonly Attempt[], probe = aProbeView({ name: 'acme-sms' })): [string, string] {
  const { tone, text } = describeFactor({ factor: probe.factor, probes: [probe], attempts, at: NOON });
  return [tone, load(text.toString()).text().replace(/\s+/g, ' ')];
}

test('codes that arrive are told with their usual time', () => {
  expect(say(history([20, 4, 4, 3, 5]))).toEqual([
    'good',
    'SMS codes arrive, usually in 4.0 s; last one 80 s ago.',
  ]);
});

test('one loss among many pages nobody', () => {
  expect(say(history([4, 'lost', 4, 4, 4]))).toEqual([
    'good',
    'SMS codes arrive, usually in 4.0 s; last one 96 s ago; 1 of the last 5 did not.',
  ]);
});

test('a single lost code, and one that could not be read', () => {
  expect(say(history(['lost', 4]))).toEqual([
    'warn',
    'The last SMS code was lost. The last one that came was 7 min ago.',
  ]);
  expect(say(history(['unreadable', 4]))[1]).toContain('The last SMS code could not be read.');
});

test('losses in a row are trouble', () => {
  expect(say(history(['lost', 'lost', 'lost', 4]))).toEqual([
    'bad',
    'SMS codes do not arrive: the last 3 were lost. The last one that came was 17 min ago.',
  ]);
  expect(say(history(['lost', 'lost']))[1]).toContain('None of those we know of came.');
});

test('losses of one route among several name the route', () => {
  const routes = ['US-carrier-a', 'US-carrier-b'];
  expect(say(history([4, 'lost', 4, 'lost', 4, 'lost'], routes))).toEqual([
    'warn',
    'SMS codes arrive, usually in 4.0 s; last one 96 s ago; 3 of the last 6 did not, all of them on US-carrier-b.',
  ]);
});

test('the usual time counts lost codes as endless, so that losing the slow ones does not flatter', () => {
  expect(say(history([4, 'lost', 'lost', 'lost', 'lost']))[1]).toContain(
    'SMS codes arrive, but most do not; last one',
  );
});

test('a late code is told', () => {
  expect(say(history([84, 4, 4]))).toEqual([
    'warn',
    'SMS codes arrive, usually in 4.0 s; but the last one, 16 s ago, was late: it took 84 s.',
  ]);
});

test('codes that could not be measured say nothing about the target', () => {
  expect(say(history(['unmeasured', 'redacted', 4, 4]))[0]).toBe('good');
});

test('a login that fails before any code is told beside the codes', () => {
  const refused = anAttempt(aPlan('r', { startedAt: NOON - 30_000 }), {
    outcome: 'login_refused',
    code: null,
  });
  const [tone, text] = say([refused, ...history([4, 4])]);
  expect(tone).toBe('bad');
  expect(text).toContain('SMS codes arrive, usually in 4.0 s');
  expect(text).toContain('The last SMS login failed 25 s ago: login refused.');
});

test('a code that is overdue now is told', () => {
  const live = {
    plan: aPlan('x'),
    stage: 'delivery',
    stageSince: NOON,
    requestedAt: NOON,
    overdue: true,
  } as const;
  const [tone, text] = say(history([4, 4]), aProbeView({ name: 'acme-sms', inFlight: [live] }));
  expect([tone, text.includes('One code is overdue now.')]).toEqual(['warn', true]);
});

test('a factor whose codes are our own speaks of logins', () => {
  const totp = aProbeView({ name: 'acme-totp' });
  const plan = aPlan('t', { factor: 'totp', phone: null, route: null, startedAt: NOON - 45_000 });
  expect(say([anAttempt(plan)], totp)).toEqual(['good', 'TOTP logins work; last one 40 s ago.']);
  expect(say([anAttempt(plan, { outcome: 'code_rejected' })], totp)).toEqual([
    'bad',
    'The last TOTP login failed 40 s ago: code rejected.',
  ]);
  expect(say([anAttempt(plan, { outcome: 'rate_limited' })], totp)[0]).toBe('unsure');
});

test('before the first attempt the next one is announced', () => {
  expect(say([])).toEqual(['idle', 'No SMS login has been tried yet; the next is in 2 min.']);
});

test('our own control SMS are called what they are', () => {
  const control = aProbeView({ name: 'receive-path', target: 'control' });
  expect(say([], control)[1]).toMatch(/^No control SMS has been tried yet/);
  expect(say(history([4, 4]), control)[1]).toBe('Control SMS arrive, usually in 4.0 s; last one 96 s ago.');
  expect(say(history(['lost', 4]), control)[1]).toContain('The last control SMS was lost.');
});

test('after many losses it is still told when a code last came', () => {
  const lost = Array.from({ length: 30 }, () => 'lost' as const);
  const probe = aProbeView({ name: 'acme-sms', lastSuccessAt: NOON - 7_200_000 });
  expect(say(history(lost), probe)[1]).toContain('The last one that came was 2 h ago.');
  expect(say(history(lost), aProbeView({ name: 'acme-sms', lastSuccessAt: null }))[1]).toContain(
    'None of those we know of came.',
  );
});
