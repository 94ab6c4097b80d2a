import { expect, test } from 'vitest';
import { decideVerdict } from '../../../src/domain/verdict/verdict.ts';
import { calm, control, evidence, own, sms } from './builders.ts';

const LOST = [sms('14:02', 'a1', 'lost'), sms('14:06', 'a1', 'lost')];

test('a fresh alarm asks for a login without SMS, a control, another carrier and another number', () => {
  expect(decideVerdict(evidence(LOST)).contrasts).toEqual([
    { kind: 'own' },
    { kind: 'control', phone: 'a1' },
    { kind: 'sms', phone: 'b1' },
    { kind: 'sms', phone: 'a2' },
  ]);
});

test('what was asked within the last minute is not asked again', () => {
  const seen = [...LOST, control('14:12', 'a1', 'lost'), sms('14:09', 'b1', 'lost')];
  expect(decideVerdict(evidence(seen)).contrasts).not.toContainEqual({ kind: 'control', phone: 'a1' });
});

test('after four rounds it asks no more', () => {
  const rounds = ['14:03', '14:05', '14:07', '14:09'];
  const seen = [...LOST, ...rounds.flatMap((t, n) => [control(t, 'a1', n % 2 === 0 ? 'ok' : 'lost')])];
  const verdict = decideVerdict(evidence(seen));
  expect(verdict.cause).toBe('inconclusive');
  expect(verdict.contrasts).not.toContainEqual({ kind: 'control', phone: 'a1' });
});

test('a certain verdict asks for nothing', () => {
  const seen = ['14:03', '14:06', '14:09'].flatMap((t) => [
    sms(t, 'a1', 'lost'),
    sms(t, 'b1', 'lost'),
    own(t),
    control(t, 'a1'),
  ]);
  expect(decideVerdict(evidence(seen))).toMatchObject({ cause: 'code_sender', contrasts: [] });
});

test('without an alarm no probe is spent', () => {
  expect(decideVerdict(calm(LOST)).contrasts).toEqual([]);
});
