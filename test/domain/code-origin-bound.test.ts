import { expect, test } from 'vitest';
import { readOriginBound } from '../../src/domain/code-origin-bound.ts';

test.each([
  ['the last line alone', '@example.com #747723', '747723'],
  ['after other lines', '123123 is a lure\n\n@example.com #747723', '747723'],
  ['an embedded origin', '@example.com #747723 @ecommerce.example', '747723'],
  ['text that follows is ignored', '@example.com #747723 and more', '747723'],
  ['any sign but a blank', '@login.example.com #a-B_9.x', 'a-B_9.x'],
  ['a closing line end', '@example.com #747723\n', '747723'],
])('%s', (_, text, code) => {
  expect(readOriginBound(text)).toBe(code);
});

test.each([
  ['not in the last line', '@example.com #747723\nBye'],
  ['two blanks', '@example.com  #747723'],
  ['no blank', '@example.com#747723'],
  ['not at the start of the line', 'Go to @example.com #747723'],
  ['no code', '@example.com #'],
  ['no host', '@ #747723'],
])('%s: no origin-bound code', (_, text) => {
  expect(readOriginBound(text)).toBeNull();
});
