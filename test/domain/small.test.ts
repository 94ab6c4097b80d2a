import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { compilePattern } from '../../src/domain/pattern.ts';
import { Secret } from '../../src/domain/secret.ts';
import { elapsedMs } from '../../src/domain/stamp.ts';
import { maskNumber, maskSender } from '../../src/domain/units.ts';

test('a secret prints as [secret] in every way a value is printed', () => {
  const secret = new Secret('hunter2');
  for (const shown of [
    String(secret),
    [secret].join(),
    JSON.stringify({ secret }),
    inspect({ a: [secret] }),
  ]) {
    expect(shown).not.toContain('hunter2');
    expect(shown).toContain('[secret]');
  }
  expect(secret.reveal()).toBe('hunter2');
  expect(Object.values(secret)).toEqual([]);
});

test('numbers show the country and the last four digits, names and short codes are whole', () => {
  expect(maskNumber('+15005550111')).toBe('+1•••0111');
  expect(maskNumber('+4912')).toBe('•••');
  expect(maskSender('+15005550111')).toBe('+1•••0111');
  expect(maskSender('ACME')).toBe('ACME');
  expect(maskSender('72404')).toBe('72404');
});

test('of a mail address its first letter and its domain are shown', () => {
  expect(maskNumber('codes@acme.example')).toBe('c•••@acme.example');
  expect(maskSender('no-reply@acme.example')).toBe('n•••@acme.example');
  expect(maskSender(`a@${'b'.repeat(300)}`)).toHaveLength(64);
});

test('within a process time is monotonic, between two it is by the wall', () => {
  const from = { at: 1000, monotonicMs: 10, boot: 'a' };
  expect(elapsedMs(from, { at: 9_999_999, monotonicMs: 25, boot: 'a' })).toBe(15);
  expect(elapsedMs(from, { at: 1500, monotonicMs: 25, boot: 'b' })).toBe(500);
});

test('a pattern gives its code group, else the first group, else the match', () => {
  expect(compilePattern('is (?<code>[0-9]{6})').capture('code is 123456')).toBe('123456');
  expect(compilePattern('is ([0-9]+)').capture('code is 12')).toBe('12');
  expect(compilePattern('[0-9]+').capture('code is 12')).toBe('12');
  expect(compilePattern('/LOCKED|too many/i').test('Account locked')).toBe(true);
  expect(compilePattern('LOCKED').test('Account locked')).toBe(false);
  expect(compilePattern('x').capture('y')).toBeNull();
  expect(() => compilePattern('(')).toThrow();
});
