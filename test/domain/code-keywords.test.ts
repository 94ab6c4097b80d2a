import { expect, test } from 'vitest';
import { findKeywords, isGluedKeyword } from '../../src/domain/code-keywords.ts';
import { foldWords } from '../../src/domain/code-text.ts';

const found = (text: string): string[] => {
  const folded = foldWords(text);
  return findKeywords(folded).map(({ start, end, weight }) => `${folded.slice(start, end)} ${weight}`);
};

test('names of a code weigh more than what one does with it', () => {
  expect(found('Verify with this passcode')).toEqual(['verify 0.6', 'passcode 1']);
});

test('words of languages that put words together are known by their end', () => {
  expect(found('Ihr Bestätigungscode')).toEqual(['bestatigungscode 1']);
  expect(found('din engangskode')).toEqual(['engangskode 1']);
});

test('words are found in scripts that do not set them apart', () => {
  expect(found('您的验证码是')).toEqual(['验证码 1']);
  expect(found('للتحقق رمزك')).toEqual(['تحقق 0.6', 'رمز 1']);
});

test('a phrase counts as one, its longest form first', () => {
  expect(found('log in')).toEqual(['log in 0.6']);
  expect(found('Mã xác thực')).toEqual(['ma xac 1']);
});

test.each([
  'footpath',
  'barcode',
  'VSCode',
  'Unicode',
  'zip code',
  'promo code',
  'QR-Code',
  'Gutscheincodes',
  '优惠码',
])('%s speaks of no code', (text) => {
  expect(found(text)).toEqual([]);
});

test('only a keyword may be glued to its code', () => {
  expect(isGluedKeyword('OTP')).toBe(true);
  expect(isGluedKeyword('Pixel')).toBe(false);
});
