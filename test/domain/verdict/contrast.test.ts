import { expect, test } from 'vitest';
import { decideVerdict } from '../../../src/domain/verdict/verdict.ts';
import { at, calm, control, evidence, own, sms } from './builders.ts';

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

test('without an alarm no probe is spent on lost codes: that is for the detector', () => {
  const seen = [sms('14:02', 'a1', 'lost'), sms('14:06', 'b1', 'lost')];
  expect(decideVerdict(calm(seen)).contrasts).toEqual([]);
});

test('without an alarm a failing login is tried once more without SMS, and no control is sent', () => {
  const seen = [own('14:00'), sms('14:05', 'a1', 'target_unreachable'), own('14:07', 'target_unreachable')];
  const verdict = decideVerdict(calm(seen, { at: at('14:09') }));
  expect(verdict.cause).toBe('inconclusive');
  expect(verdict.contrasts).toEqual([{ kind: 'own' }]);
});

test('without an alarm a second unreadable code leads to a code on another carrier', () => {
  const well = ['13:45', '13:50', '13:55', '14:00'].flatMap((t) => [own(t), sms(t, 'a1')]);
  const seen = [...well, sms('14:05', 'a1', 'code_unreadable'), sms('14:10', 'a2', 'code_unreadable')];
  const verdict = decideVerdict(calm(seen));
  expect(verdict.cause).toBe('inconclusive');
  expect(verdict.contrasts).toContainEqual({ kind: 'sms', phone: 'b1' });
  expect(verdict.contrasts.filter(({ kind }) => kind === 'control')).toEqual([]);
});
