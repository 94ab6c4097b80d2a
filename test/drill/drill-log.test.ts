import { expect, test } from 'vitest';
import { DrillLog, foundAt } from '../../src/drill/drill-log.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import { aPlan, anAttempt } from '../support/builders.ts';

const asked = (id: string, at: number): ProbeEvent => ({ kind: 'code_requested', plan: aPlan(id), at });
const alarm = (to: 'ALARM' | 'OK', at: number): ProbeEvent => ({
  kind: 'outage_changed',
  target: 'acme',
  route: 'all',
  from: to === 'ALARM' ? 'SUSPECT' : 'ALARM',
  to,
  hypothesis: 'loss',
  score: 11,
  at,
});
const verdict = (cause: 'code_sender' | 'inconclusive', at: number, target = 'acme'): ProbeEvent => ({
  kind: 'verdict_changed',
  target,
  before: 'healthy',
  verdict: { at, cause, subject: null, posterior: 1, words: 'because', missing: [] },
});
const confirmation = (askedBy: string | null): ProbeEvent => ({
  kind: 'confirmation_started',
  target: 'acme',
  askedBy,
  plan: aPlan('confirming'),
});

test('what was before the injection, and what comes after the finding, is not counted', () => {
  const log = new DrillLog('acme', () => 0);
  log.observe(asked('before', 1));
  const record = log.begin(10);
  log.observe(asked('first', 11));
  log.observe({ kind: 'code_overdue', plan: aPlan('first'), at: 12 });
  log.observe(confirmation('all'));
  log.observe(asked('second', 13));
  log.observe(verdict('inconclusive', 14));
  expect(foundAt(record)).toBeNull();
  log.observe(alarm('ALARM', 15));
  log.observe(confirmation(null));
  log.observe(asked('third', 16));
  log.observe(verdict('code_sender', 17));
  expect(record).toMatchObject({ injectedAt: 10, confirmations: 1, contrasts: 0, sends: 2 });
  expect(record.firstBad).toMatchObject({ at: 12, outcome: 'lost' });
  expect(record.verdicts.map(({ cause }) => cause)).toEqual(['inconclusive', 'code_sender']);
  expect(foundAt(record)).toBe(15);
});

test('a verdict that blames finds it, where no code is lost; one about another target does not', () => {
  const log = new DrillLog('acme', () => 0);
  const record = log.begin(0);
  log.observe(verdict('code_sender', 3, 'other'));
  expect(foundAt(record)).toBeNull();
  log.observe(verdict('code_sender', 4));
  expect([foundAt(record), log.verdict]).toEqual([4, 'code_sender']);
});

test('an inbox that cannot be read is the first sign, at the time of the clock', () => {
  const log = new DrillLog('acme', () => 77);
  const record = log.begin(70);
  log.observe({ kind: 'inbox_changed', inbox: 'carrier', up: false, reason: '503' });
  expect(record.firstBad).toEqual({ at: 77, probe: 'carrier', phone: null, outcome: 'receiver_down' });
});

test('how things stand now is followed from the start: alarms, and through whom one signs in', () => {
  const log = new DrillLog('acme', () => 0);
  log.observe(alarm('ALARM', 1));
  expect(log.isAlarmed).toBe(true);
  log.observe(alarm('OK', 2));
  expect(log.isAlarmed).toBe(false);
  const plan = aPlan('one');
  log.observe({ kind: 'attempt_finished', attempt: anAttempt(plan) });
  log.observe({ kind: 'attempt_finished', attempt: anAttempt({ ...plan, phone: null, factor: 'totp' }) });
  log.observe({
    kind: 'attempt_finished',
    attempt: anAttempt({ ...plan, phone: 'us-z', target: 'control' }),
  });
  expect([...log.good]).toEqual([plan.phone, 'totp']);
});
