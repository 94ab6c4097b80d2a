import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldWords, MAX_CODE_TEXT, normaliseCodeText } from '../../src/domain/code-text.ts';

test.each([
  ['Arabic-Indic', '٠١٢٣٤٥٦٧٨٩'],
  ['Persian', '۰۱۲۳۴۵۶۷۸۹'],
  ['Devanagari', '०१२३४५६७८९'],
  ['Bengali', '০১২৩৪৫৬৭৮৯'],
  ['Thai', '๐๑๒๓๔๕๖๗๘๙'],
  ['Khmer', '០១២៣៤៥៦៧៨៩'],
  ['Myanmar', '၀၁၂၃၄၅၆၇၈၉'],
  ['fullwidth', '０１２３４５６７８９'],
  ['mathematical', '𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗'],
  ['Adlam, beyond the first plane', '𞥐𞥑𞥒𞥓𞥔𞥕𞥖𞥗𞥘𞥙'],
])('%s digits become ASCII', (_, digits) => {
  expect(normaliseCodeText(digits)).toBe('0123456789');
});

test('every decimal digit of Unicode becomes the digit that it stands for', () => {
  const digits = Array.from({ length: 0x20000 }, (_, point) => String.fromCodePoint(point)).filter((char) =>
    /^\p{Nd}$/u.test(char),
  );
  expect(digits.length).toBeGreaterThan(600);
  expect(normaliseCodeText(digits.slice(0, 600).join(''))).toBe('0123456789'.repeat(60));
});

test('unseen marks go, blanks become plain, line ends become one kind', () => {
  expect(normaliseCodeText('\u200f\u202a48\u200b29\u202c\ufeff\u00ad13')).toBe('482913');
  expect(normaliseCodeText('a\u00a0b\u202fc\u3000d\te')).toBe('a b c d e');
  expect(normaliseCodeText('a\r\nb\rc\u2028d\u0085e\nf')).toBe('a\nb\nc\nd\ne\nf');
  expect(normaliseCodeText('验证码：４８（ＡＢ）')).toBe('验证码:48(AB)');
});

test('long text is cut, yet not before the marks are taken away', () => {
  expect(normaliseCodeText('\ufdfa'.repeat(9000))).toHaveLength(MAX_CODE_TEXT);
  expect(normaliseCodeText(`${'\u200b'.repeat(5000)}482913`)).toBe('482913');
});

test('folding takes case and diacritics away, of keyboards that differ too', () => {
  expect(foldWords('Bestätigung MÃ XÁC Đăng İŞLEM Κωδικός')).toBe('bestatigung ma xac dang islem κωδικοσ');
  expect(foldWords('کد تایید')).toBe(foldWords('كد تاييد'));
});

test('folding never moves a letter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (raw) => {
      const text = normaliseCodeText(raw);
      expect(foldWords(text)).toHaveLength(text.length);
    }),
    { numRuns: 1000 },
  );
});
