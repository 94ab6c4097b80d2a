import { expect, test } from 'vitest';
import { compilePattern } from '../../src/domain/pattern.ts';

test.each([
  ['code is ([0-9]+)', 'code is 12', '12'],
  ['code is (?<code>[0-9]+)', 'code is 12', '12'],
  ['(is) (?<code>[0-9]+)', 'code is 12', '12'],
  ['(?<other>is) ([0-9]+)', 'code is 12', 'is'],
  ['[0-9]+', 'code is 12', '12'],
  ['x([0-9]+)?', 'x', null],
  ['nothing', 'code is 12', null],
  ['/CODE is ([0-9]+)/i', 'code is 12', '12'],
  ['/CODE is ([0-9]+)/', 'code is 12', null],
  ['CODE is ([0-9]+)', 'code is 12', null],
  ['/^([0-9]+)$/m', 'a\n12\nb', '12'],
  ['/^([0-9]+)$/', 'a\n12\nb', null],
  ['/code.([0-9]+)/s', 'code\n12', '12'],
  ['/code.([0-9]+)/', 'code\n12', null],
  ['/CODE.^([0-9]+)/ims', 'code\n12', '12'],
  ['/a/b/', 'a/b', 'a/b'],
  ['/a/x', '/a/x', '/a/x'],
  ['x/a/i', 'x/a/i', 'x/a/i'],
  ['/a\nb/i', 'A\nB', 'A\nB'],
])('%j reads %j as %j', (written, text, captured) => {
  const pattern = compilePattern(written);
  expect(pattern.capture(text)).toBe(captured);
  expect(pattern.source).toBe(written);
  if (captured !== null) expect(pattern.test(text)).toBe(true);
});

test('a pattern that does not match says so', () => {
  expect(compilePattern('x').test('y')).toBe(false);
  expect(compilePattern('x').test('axb')).toBe(true);
});

test('only the first million characters are searched', () => {
  const pattern = compilePattern('needle');
  const hay = 'x'.repeat(1_000_000);
  expect([pattern.test(`${hay}needle`), pattern.capture(`${hay}needle`)]).toEqual([false, null]);
  expect(pattern.test(`${hay.slice(10)}needle`)).toBe(true);
});

test.each(['(', '[a', 'a**', '(?=x)', '\\1'])('%s is no pattern, and the error says why', (written) => {
  expect(() => compilePattern(written)).toThrow(/.{5,}/);
});
