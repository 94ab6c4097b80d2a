import { expect, test } from 'vitest';
import { coverSecrets } from '../../src/domain/cover.ts';

const known = { secrets: ['pass word', 'pass word and more', '123456', 'x'], number: '+12025550111' };

test('secrets are covered wherever they stand, also as they are written in addresses', () => {
  expect(coverSecrets('no user ann:pass word at /login?p=pass%20word', known)).toBe(
    'no user ann:[secret] at /login?p=[secret]',
  );
  expect(coverSecrets('code=123456.', known)).toBe('code=[secret].');
});

test('a secret that begins like another is covered whole', () => {
  expect(coverSecrets('pass word and more', known)).toBe('[secret]');
});

test('a number is masked, with its plus or without', () => {
  expect(coverSecrets('to +12025550111 or 12025550111', known)).toBe('to +1•••0111 or +1•••0111');
});

test('what is too short to be a secret stays, and so does a text without any', () => {
  expect(coverSecrets('six boxes', known)).toBe('six boxes');
  expect(coverSecrets('six boxes', { secrets: [], number: null })).toBe('six boxes');
});
