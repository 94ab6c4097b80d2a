import { expect, test } from 'vitest';
import { canaryObservation } from '../../../src/domain/verdict/observation.ts';
import { decideVerdict } from '../../../src/domain/verdict/verdict.ts';
import { at, calm, control, evidence, own, sms } from './builders.ts';

test('an outage is told with its evidence and what follows from it', () => {
  const seen = [
    sms('14:02', 'a1', 'lost'),
    sms('14:04', 'a2', 'lost'),
    sms('14:06', 'b1', 'lost'),
    sms('14:08', 'c1', 'lost'),
    sms('14:09', 'a1', 'lost'),
    control('14:10', 'a1'),
    own('14:11'),
  ];
  expect(decideVerdict(evidence(seen)).words).toBe(
    'SMS codes: 5 of 5 lost on 3 of 3 carriers since 14:02; authenticator app ok 14:11; control SMS ok 14:10 -> ' +
      "the target's code sender",
  );
});

test('several ways of failing are told apart', () => {
  const seen = [
    sms('14:02', 'a1', 'lost'),
    sms('14:04', 'a1', 'late'),
    sms('14:06', 'a1', 'lost'),
    sms('14:08', 'b1'),
  ];
  expect(decideVerdict(evidence(seen)).words).toContain(
    'SMS codes: 3 of 4 failed (2 lost, 1 late) on 1 of 2 carriers since 14:02; no login without SMS yet; no control SMS yet',
  );
});

test('health is told with what was seen', () => {
  const seen = [sms('13:50', 'a1'), sms('14:01', 'b1'), own('14:05'), control('9:11', 'a1')];
  expect(decideVerdict(calm(seen)).words).toBe(
    'SMS codes: 2 of 2 on time since 13:42; authenticator app ok 14:05; control SMS ok 09:11 -> healthy',
  );
});

test('doubt is told with its suspects', () => {
  const seen = ['14:02', '14:05', '14:08'].flatMap((t) => [sms(t, 'a1', 'lost'), sms(t, 'b1', 'lost')]);
  const { cause, words } = decideVerdict(evidence(seen));
  expect(cause).toBe('inconclusive');
  expect(words).toMatch(
    /-> inconclusive \(the target's code sender [0-9]+ %, our receiver, inbox rack [0-9]+ %/,
  );
});

test('a failing canary is told, a working one is not', () => {
  const seen = [own('14:05', 'target_unreachable'), own('14:08', 'target_unreachable')];
  const down = ['14:04', '14:07'].map((t) => canaryObservation(at(t), false));
  expect(decideVerdict(calm([...seen, ...down])).words).toBe(
    'SMS codes: none measured since 13:42; authenticator app unanswered by the target 14:08; no control SMS yet; ' +
      'neutral site unreachable 14:07 -> the monitor itself',
  );
  expect(decideVerdict(calm([canaryObservation(at('14:04'), true)])).words).not.toContain('neutral site');
});

test('times of another day carry their date', () => {
  const now = Date.parse('2026-01-06T00:10:00Z');
  const seen = [sms('23:55', 'a1', 'lost')];
  expect(
    decideVerdict(evidence(seen, { at: now, outage: { since: at('23:55'), slowFromMs: null } })).words,
  ).toContain('since 2026-01-05 23:55');
});

test('a long outage is told from its beginning, and counted over its last hour', () => {
  const seen = [sms('11:50', 'a1', 'lost'), sms('13:30', 'a1', 'lost'), sms('14:00', 'b1', 'lost')];
  expect(decideVerdict(evidence(seen, { outage: { since: at('11:50'), slowFromMs: null } })).words).toContain(
    'SMS codes: 2 of 2 lost on 2 of 2 carriers in the last hour, failing since 11:50',
  );
});
