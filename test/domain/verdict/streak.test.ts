import { expect, test } from 'vitest';
import type { Observation } from '../../../src/domain/verdict/observation.ts';
import { decideVerdict } from '../../../src/domain/verdict/verdict.ts';
import { at, calm, control, own, sms } from './builders.ts';

/** One number gets nothing, its neighbours do: half of the route's codes, too few for any detector. */
const LOST_AT = ['13:20', '13:31', '13:42', '13:53'];
const others = (): Observation[] =>
  ['13:25', '13:36', '13:47', '13:58'].flatMap((t) => [sms(t, 'a2'), sms(t, 'b1'), own(t)]);
const lost = (phone: string, times: readonly string[]) => times.map((t) => sms(t, phone, 'lost'));

test('a number whose codes are all lost while others get theirs is named without any alarm', () => {
  const seen = [...lost('a1', LOST_AT), ...others(), control('13:50', 'a1', 'lost')];
  const verdict = decideVerdict(calm(seen, { at: at('14:00') }));
  expect(verdict).toMatchObject({ cause: 'number', subject: 'a1' });
  expect(verdict.words).toContain('since 13:20');
  const arrived = ['13:40', '13:50'].map((t) => control(t, 'a1'));
  const blocked = decideVerdict(calm([...lost('a1', LOST_AT), ...others(), ...arrived], { at: at('14:00') }));
  expect(blocked).toMatchObject({ cause: 'number_blocked', subject: 'a1' });
});

test('before it is sure, it asks for our own SMS to that number', () => {
  const verdict = decideVerdict(calm([...lost('a1', LOST_AT), ...others()], { at: at('14:00') }));
  expect(verdict.cause).toBe('inconclusive');
  expect(verdict.contrasts).toContainEqual({ kind: 'control', phone: 'a1' });
});

test('a control from before the streak does not show that messages reach the number in it', () => {
  const seen = [control('13:00', 'a1'), ...lost('a1', LOST_AT), ...others()];
  expect(decideVerdict(calm(seen, { at: at('14:00') })).cause).toBe('inconclusive');
});

test('three in a row are chance, and so are four with one that came in between', () => {
  const three = decideVerdict(calm([...lost('a1', LOST_AT.slice(1)), ...others()], { at: at('14:00') }));
  expect(three.cause).not.toBe('number');
  const broken = [...lost('a1', LOST_AT), sms('13:48', 'a1'), ...others(), control('13:50', 'a1', 'lost')];
  expect(decideVerdict(calm(broken, { at: at('14:00') })).cause).not.toBe('number');
});

test('after two in a row our own SMS is sent there; what is lost of those counts, what comes does not', () => {
  const two = [...lost('a1', LOST_AT.slice(2)), ...others()];
  const doubted = decideVerdict(calm(two, { at: at('14:00') }));
  expect(doubted.contrasts).toEqual([{ kind: 'control', phone: 'a1' }]);
  expect(doubted.cause).not.toBe('number');
  const one = decideVerdict(calm([...two, control('13:56', 'a1', 'lost')], { at: at('14:00') }));
  expect(one.cause).not.toBe('number');
  const both = [...two, ...['13:56', '13:58'].map((t) => control(t, 'a1', 'lost'))];
  expect(decideVerdict(calm(both, { at: at('14:00') }))).toMatchObject({ cause: 'number', subject: 'a1' });
  const came = [...two, ...['13:56', '13:58'].map((t) => control(t, 'a1'))];
  expect(['healthy', 'inconclusive']).toContain(decideVerdict(calm(came, { at: at('14:00') })).cause);
});

test('one lost code leads to no SMS of our own', () => {
  const seen = [...lost('a1', LOST_AT.slice(3)), ...others()];
  expect(decideVerdict(calm(seen, { at: at('14:00') })).contrasts).toEqual([]);
});

test('the first code that comes ends it', () => {
  const seen = [...lost('a1', LOST_AT), ...others(), control('13:50', 'a1', 'lost'), sms('13:59', 'a1')];
  const verdict = decideVerdict(calm(seen, { at: at('14:00') }));
  expect(['healthy', 'inconclusive']).toContain(verdict.cause);
});

test('codes lost everywhere, one by one, blame nobody without an alarm', () => {
  const seen = [...lost('a1', ['13:40']), ...lost('a2', ['13:45']), ...lost('b1', ['13:50']), ...others()];
  expect(['healthy', 'inconclusive']).toContain(decideVerdict(calm(seen, { at: at('14:00') })).cause);
});
