import { expect, test } from 'vitest';
import { maskNumber, maskSender } from '../../src/domain/units.ts';

test.each([
  ['+12025550111', '+1•••0111'],
  ['+1 (202) 555-0111', '+1•••0111'],
  ['1234567', '+1•••4567'],
  ['123456', '•••'],
  ['', '•••'],
])('the number %j is shown as %s', (number, shown) => {
  expect(maskNumber(number)).toBe(shown);
});

test.each([
  ['ACME', 'ACME'],
  ['83361', '83361'],
  ['+12025550111', '+1•••0111'],
  [' 12025550111 ', '+1•••0111'],
  ['+1 (202) 555-0111', '+1•••0111'],
  ['tel:+12025550111', '+1•••0111'],
  ['12025550111@sms.example', '+1•••0111'],
  ['codes@acme.example', 'c•••@acme.example'],
  ['1234567', '+1•••4567'],
  ['123456', '123456'],
  ['a name that is far too long', 'a name that is f'],
  ['', ''],
])('the sender %j is shown as %j', (sender, shown) => {
  expect(maskSender(sender)).toBe(shown);
});

test.each([
  '\u001b[31mACME',
  'AC\u009b2JME',
  'AC\u202eEM',
  'AC\u2066ME',
  'AC\nME',
  'A\u200bC\u007fME',
  'AC\u2028ME',
])('a sender cannot rewrite what is around it: %j', (sender) => {
  const shown = maskSender(sender);
  expect(shown).toMatch(/^[\p{L}\p{N}[·]+$/u);
  expect(shown).toContain('·');
});
