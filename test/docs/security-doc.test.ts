import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const claims = page.split('\n').filter((line) => line.startsWith('- '));

test.each(claims)('%s', (claim) => {
  const [, file = '', name = ''] = /`(test\/[^`:]+\.test\.ts): ([^`]+)`$/.exec(claim) ?? [];
  expect(name, 'every claim ends with `FILE: NAME` of a test').not.toBe('');
  expect(existsSync(join(ROOT, file))).toBe(true);
  const source = readFileSync(join(ROOT, file), 'utf8').replaceAll("\\'", "'");
  expect(namesIn(source)).toContain(name);
});

test('each door has claims', () => {
  expect(claims.length).toBeGreaterThan(40);
});

/** The names of a file's tests: the first text of each `test(`, and of the second call of each `test.each(…)(`. */
const namesIn = (source: string): string[] =>
  [...source.matchAll(/(?:\btest(?:\.concurrent)?\(|\)\()\s*(['"`])((?:(?!\1).)+)\1\s*,/g)].map(
    ([, , name = '']) => name,
  );
