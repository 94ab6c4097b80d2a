import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { ago, due, lasting } from '../../src/web/pages/words.ts';
import { NOON } from '../support/builders.ts';

const read = (markup: { toString(): string }): string => load(markup.toString()).text();

test.each([
  [-40_000, '40 s ago'],
  [-400, 'just now'],
  [400, 'just now'],
  [2000, 'just now'],
])('what has happened %i ms from now, by whatever clock, is told as past', (ms, words) => {
  expect(read(ago(NOON + ms, NOON))).toBe(words);
});

test.each([
  [180_000, 'in 3 min'],
  [400, 'now'],
  [-2000, 'now'],
])('what is to happen %i ms from now is never told as past', (ms, words) => {
  expect(read(due(NOON + ms, NOON))).toBe(words);
});

test.each([
  [-9900, '9 s'],
  [2000, '0 s'],
])('what began %i ms from now has lasted so long', (ms, words) => {
  expect(read(lasting(NOON + ms, NOON))).toBe(words);
});

test('the exact time is in the element', () => {
  const time = load(ago(NOON, NOON).toString())('time');
  expect(time.attr('datetime')).toBe(new Date(NOON).toISOString());
  expect(time.attr('title')).toBe(new Date(NOON).toISOString());
});
