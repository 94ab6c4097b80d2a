import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitTable, wrap } from '../../src/cli/layout.ts';

test('a long text is broken at blanks, and what follows is indented', () => {
  expect(wrap('  one two three four', 11, 4)).toBe('  one two\n    three\n    four\n');
});

test('no line is wider than asked for, but for a word that is, and no word gets lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 16, max: 80 }),
      (words, columns) => {
        const lines = wrap(words.join(' '), columns, 4).trimEnd().split('\n');
        expect(lines.every((line) => line.length <= columns)).toBe(true);
        expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(words);
      },
    ),
  );
});

test('a table that is too wide has its first column cut', () => {
  const rows = [
    ['route', 'codes'],
    ['a-very-long-name-of-a-route', '1,204'],
  ];
  expect(fitTable(rows, 80)).toBe('route                        codes\na-very-long-name-of-a-route  1,204\n');
  expect(fitTable(rows, 20)).toBe('route          codes\na-very-long-…  1,204\n');
});
