import { expect, test } from 'vitest';
import type { LogLevel } from '../../src/ports/logger.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import { createLogObserver } from '../../src/runtime/log-observer.ts';
import { aCode, anAttempt, aPlan, NOON } from '../support/builders.ts';
import { aChange } from '../support/watch-views.ts';

function linesOf(...events: ProbeEvent[]) {
  const lines: [LogLevel, string, Readonly<Record<string, unknown>> | undefined][] = [];
  const observer = createLogObserver({ log: (...line) => void lines.push([line[0], line[1], line[2]]) });
  for (const event of events) observer.observe(event);
  return lines;
}

test('an attempt is one line, as loud as its fault', () => {
  const plan = aPlan('a1');
  const finished = (attempt: ReturnType<typeof anAttempt>) =>
    ({ kind: 'attempt_finished', attempt }) as const;
  const lines = linesOf(
    finished(anAttempt(plan)),
    finished(anAttempt(plan, { outcome: 'lost', code: aCode('lost', null), reason: 'no message came' })),
    finished(anAttempt(plan, { outcome: 'rate_limited', code: null })),
  );
  expect(lines.map(([level, event]) => `${level} ${event}`)).toEqual([
    'info attempt',
    'error attempt',
    'warn attempt',
  ]);
  expect(lines[1]?.[2]).toMatchObject({
    attempt: 'a1',
    result: 'lost',
    delivery_ms: null,
    reason: 'no message came',
  });
  expect(lines[0]?.[2]).not.toHaveProperty('reason');
});

test('an attempt that was ended without us is told once, with its place', () => {
  const { id, probe, target, phone, route } = aPlan('a1');
  const attempt = { id, probe, target, phone, route };
  expect(linesOf({ kind: 'attempt_dropped', attempt, reason: 'its lease was lost' })).toEqual([
    ['warn', 'result_refused', { attempt: id, probe, target, phone, route, reason: 'its lease was lost' }],
  ]);
});

test('a verdict that names a fault is an error, one that clears it is not', () => {
  const changed = (cause: 'code_sender' | 'healthy' | 'inconclusive') =>
    ({
      kind: 'verdict_changed',
      target: 'acme',
      before: 'healthy',
      verdict: { ...aChange(1).verdict, cause },
    }) as const;
  const lines = linesOf(changed('code_sender'), changed('healthy'), changed('inconclusive'));
  expect(lines.map(([level]) => level)).toEqual(['error', 'info', 'info']);
  expect(lines[0]?.[2]).toMatchObject({ cause: 'code_sender', posterior: 0.971 });
  expect(String(lines[0]?.[2]?.['words'])).toContain('SMS codes: 5 of 5 lost');
});

test('an alarm is an error, and what leads to it is not', () => {
  const change = { kind: 'outage_changed', target: 'acme', route: 'all', score: 13.66, at: NOON } as const;
  const lines = linesOf(
    { ...change, from: 'OK', to: 'SUSPECT', hypothesis: null },
    { ...change, from: 'SUSPECT', to: 'ALARM', hypothesis: 'loss' },
  );
  expect(lines.map(([level, , fields]) => [level, fields?.['hypothesis']])).toEqual([
    ['info', undefined],
    ['error', 'loss'],
  ]);
});

test('what goes and comes back has its own two words', () => {
  const inbox = { kind: 'inbox_changed', inbox: 'sim-rack', reason: '401' } as const;
  const store = { kind: 'store_changed', reason: 'locked' } as const;
  const reload = { kind: 'config_reloaded', reason: '', at: NOON } as const;
  const lines = linesOf(
    ...[false, true].flatMap((up) => [
      { ...inbox, up },
      { ...store, up },
      { ...reload, ok: up },
    ]),
  );
  expect(lines.map(([level, event]) => `${level} ${event}`)).toEqual([
    'error inbox_down',
    'error store_down',
    'error config_refused',
    'info inbox_up',
    'info store_up',
    'info config_reloaded',
  ]);
});

test('what only matters live is not logged', () => {
  const plan = aPlan('a1');
  const lines = linesOf(
    { kind: 'attempt_started', plan },
    { kind: 'stage_started', plan, stage: 'login', at: NOON },
    { kind: 'code_requested', plan, at: NOON },
    { kind: 'tick_taken', probe: 'acme-sms', lagMs: 3 },
  );
  expect(lines).toEqual([]);
});
