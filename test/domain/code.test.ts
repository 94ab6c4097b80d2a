import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readCode } from '../../src/domain/code.ts';
import { compilePattern } from '../../src/domain/pattern.ts';

const Example = z.strictObject({ lang: z.string(), expect: z.string(), note: z.string(), text: z.string() });
const file = new URL('code-examples.yaml', import.meta.url);
const examples = z.array(Example).parse(parse(readFileSync(file, 'utf8')));

const read = (text: string, pattern: string | null = null): string => {
  const result = readCode(text, pattern === null ? null : compilePattern(pattern));
  return result.found === 'code' ? result.code : result.found;
};

describe('examples', () => {
  test.each(examples)('$lang, $note: $text', ({ text, expect: expected }) => {
    expect(read(text)).toBe(expected);
  });

  test('are of many languages, and none is there twice', () => {
    expect(new Set(examples.map((example) => example.lang)).size).toBeGreaterThan(40);
    expect(new Set(examples.map((example) => example.text)).size).toBe(examples.length);
  });
});

describe("the probe's pattern", () => {
  test('decides alone, whatever else looks like a code', () => {
    expect(read('Code 482913, order 7741', 'order (?<code>[0-9]+)')).toBe('7741');
  });

  test('is not helped by guessing when it does not match', () => {
    expect(read('Your code is 482913', 'PIN (?<code>[0-9]{6})')).toBe('none');
    expect(read('Your code is here.\n@example.com #482913', 'PIN (?<code>[0-9]{6})')).toBe('none');
  });

  test('may keep the prefix that is dropped by default', () => {
    const text = 'G-730156 is your Google verification code.';
    expect(read(text)).toBe('730156');
    expect(read(text, '(?<code>G-[0-9]{6})')).toBe('G-730156');
  });

  test('sees digits of any script as ASCII', () => {
    expect(read('رمز التحقق \u200f٥٨٢٠٤٣', '(?<code>[0-9]{6})')).toBe('582043');
  });

  test('may hold what normalising takes away from the text', () => {
    expect(read('验证码：４８２９１３。', '：(?<code>[^。]+)')).toBe('482913');
  });

  test('that captures nothing but blanks reads no code', () => {
    expect(read('Your code: \u00a0', 'code:(?<code>.*)')).toBe('none');
    expect(read('Your code', 'code(?<code>[0-9]*)')).toBe('none');
  });
});

test('a code behind the end of the longest message that is read is not found', () => {
  expect(read(`${'word '.repeat(100)}Your code is 482913`)).toBe('482913');
  expect(read(`${'word '.repeat(500)}Your code is 482913`)).toBe('none');
});

test('of two codes that are named alike, none is guessed', () => {
  expect(read('Code: 118204. Code: 993370.')).toBe('ambiguous');
  expect(read('Code: 118204. Code: 118204.')).toBe('118204');
});

test('a number is no code where nothing speaks of one', () => {
  expect(read('The museum counted 118204 visitors.')).toBe('none');
});
