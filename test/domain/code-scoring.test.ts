import { expect, test } from 'vitest';
import type { Candidate } from '../../src/domain/code-candidates.ts';
import { scoreCandidates } from '../../src/domain/code-scoring.ts';
import { readCode } from '../../src/domain/code.ts';

/** Where `code` stands in `text`, each time. */
function placesOf(text: string, code: string, shape: number): Candidate[] {
  const lettersOnly = /^[A-Z]+$/.test(code);
  return [...text.matchAll(new RegExp(code, 'g'))].map(({ index }) => ({
    code,
    start: index,
    end: index + code.length,
    shape,
    lettersOnly,
  }));
}

/** The scores of codes in a message in which no word speaks of one. */
const scores = (text: string, codes: readonly string[], shape = 4) =>
  scoreCandidates({
    text,
    folded: text.toLowerCase(),
    keywords: [],
    candidates: codes.flatMap((code) => placesOf(text, code, shape)).sort((a, b) => a.start - b.start),
  }).map(({ code, score }) => `${code} ${score}`);

const CODE = '123456';

test.each([
  ['<#> x 123456 y', 4],
  ['<#> x 123456', 4.5],
  ['<#> x 123456. ', 4.5],
  ['<#> x 123456 .. ', 4.5],
  ['<#> x 123456, ', 4],
  ['<#> x 123456 \ny', 4.5],
  ['<#> x 123456\ny', 4.5],
  ['<#>\n123456 y', 4.5],
  ['<#>\n  123456 y', 4.5],
  ['<#>\nx 123456 y', 4],
  ['<#>\n123456', 6],
  ['<#>\n 123456 .', 6],
  ['<#> x\n123456\ny', 6],
  ['<#> x [123456] y', 5.5],
  ['<#> x [ 123456 ] y', 5.5],
  ['<#> x [  123456 ] y', 4],
  ['<#> x [ 123456  ] y', 4],
  ['<#> x (123456) y', 5.5],
  ['<#> x {123456} y', 5.5],
  ['<#> x <123456> y', 5.5],
  ['<#> x 「123456」 y', 5.5],
  ['<#> x 『123456』 y', 5.5],
  ['<#> x 【123456】 y', 5.5],
  ['<#> x 《123456》 y', 5.5],
  ['<#> x 〈123456〉 y', 5.5],
  ['<#> x “123456” y', 5.5],
  ['<#> x "123456" y', 5.5],
  ['<#> x «123456» y', 5.5],
  ['<#> x *123456* y', 5.5],
  ['<#> x [123456 y', 4],
  ['<#> x 123456] y', 4],
])('where it stands in %j is worth its points', (text, score) => {
  expect(scores(text, [CODE])).toEqual([`${CODE} ${score}`]);
});

test('the shape counts as it is, and a code at two places has the better of them', () => {
  expect(scores('<#> x 123456 y', [CODE], 3)).toEqual([`${CODE} 3`]);
  expect(scores('<#> x 123456 y\n123456\nz', [CODE])).toEqual([`${CODE} 6`]);
  expect(scores('<#>\n123456\nz 123456 y', [CODE])).toEqual([`${CODE} 6`]);
});

test('the best comes first', () => {
  expect(scores('<#> x 111111 y\n222222\nz', ['111111', '222222'])).toEqual(['222222 6', '111111 4']);
});

test.each([
  ['123456', true],
  ['1204', true],
  [' 123456 ', true],
  ['Zephyr: 123456', true],
  ['Zephyr: 1204', false],
  ['Zephyr:\n123456', true],
  ['Zephyr] 123456', true],
  ['Zephyr】123456', true],
  ['Zephyr — 123456', true],
  ['Zephyr – 123456', true],
  ['Zephyr - 123456', true],
  ['Zephyr 123456', false],
  ['Big Zephyr: 123456', true],
  ['The big Zephyr: 123456', false],
  ['123456 — Zephyr', true],
  ['123456 – Zephyr', true],
  ['123456 - Zephyr', true],
  ['123456\nZephyr', true],
  ['123456 Zephyr', false],
  ['a b c G-123456', true],
  ['G-123456 a b c', true],
  ['a b c xG-123456', false],
  ['a b c G 123456', false],
  ['<#> a b c 123456 d', true],
  [' <#> a b c 123456 d', true],
  ['a <#> b c 123456 d', false],
  ['a b c 123456 d', false],
])('without a word that speaks of a code, in %j it is one: %s', (text, isCode) => {
  expect(scores(text, [/\d+/.exec(text)?.[0] ?? '']).length > 0).toBe(isCode);
});

test('two numbers alone are no codes, nor is what has letters or a poor shape', () => {
  expect(scores('123456 654321', ['123456', '654321'])).toEqual([]);
  expect(scores('AB12CD', ['AB12CD'])).toEqual([]);
  expect(scores('QKZWPD', ['QKZWPD'])).toEqual([]);
  for (const shape of [0, 1, 2]) expect(scores('<#> 123456', [CODE], shape)).toEqual([]);
});

test.each([
  ', ',
  ' / ',
  ' & ',
  ' | ',
  '、',
  ' and ',
  ' or ',
  ' und ',
  ' oder ',
  ' et ',
  ' ou ',
  ' y ',
  ' o ',
  ' e ',
  ' i ',
  ' и ',
  ' или ',
  ' 和 ',
])('what is said of one of a list joined by %j is said of all', (joint) => {
  expect(readCode(`Your code is 118204${joint}993370 today`, null)).toEqual({ found: 'ambiguous' });
});

test.each([' until ', ' -- not ', '. Order no. ', ' and then, much later, '])('%j joins no list', (gap) => {
  expect(readCode(`Your code is 118204${gap}993370 today`, null)).toEqual({ found: 'code', code: '118204' });
});

const WORDS = 'NOT NEVER SHARE VALID INVALID EXPIRED REQUIRED BELOW HERE SENT READY PLEASE STOP HELP ACTIVE';

test.each(WORDS.split(' '))('the word %s is not the code, whatever is said of it', (word) => {
  expect(readCode(`Your code is ${word}`, null)).toEqual({ found: 'none' });
});

test('letters alone are a code where the message says so outright, not within shouting', () => {
  expect(readCode('Your code is QKZWPD', null)).toEqual({ found: 'code', code: 'QKZWPD' });
  expect(readCode('YOUR CODE IS QKZWPD', null)).toEqual({ found: 'none' });
  expect(readCode('Your code is QKZWPD NOW', null)).toEqual({ found: 'none' });
});
