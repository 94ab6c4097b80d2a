import { describe, expect, test } from 'vitest';
import { decodeText, type Alphabet } from '../../../src/inboxes/smpp/text-coding.ts';
import { readUserDataHeader } from '../../../src/inboxes/smpp/user-data-header.ts';
import { loadSmpp } from '../../../src/vendors/smpp.ts';

const { gsmCoder } = await loadSmpp();
const gsm = (octets: Uint8Array, language: number) => gsmCoder.decode(octets, language);

const decode = (
  octets: Buffer,
  coding: number,
  options: { standard?: Alphabet; language?: number } = {},
): string =>
  decodeText(octets, { coding, standard: options.standard ?? 'gsm', language: options.language ?? 0, gsm });

/** 3GPP TS 23.038, section 6.2.1; the escape at 0x1b stands for itself. */
const GSM_ALPHABET =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ' +
  ' !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§' +
  '¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Section 6.2.1.1. */
const GSM_EXTENSION: Readonly<Record<number, string>> = {
  0x0a: '\f',
  0x14: '^',
  0x28: '{',
  0x29: '}',
  0x2f: '\\',
  0x3c: '[',
  0x3d: '~',
  0x3e: ']',
  0x40: '|',
  0x65: '€',
};

describe('the GSM alphabet', () => {
  test('has the character of the standard for each of its octets', () => {
    const octets = Buffer.from(
      Array.from({ length: 128 }, (_, index) => index).filter((index) => index !== 0x1b),
    );
    expect(decode(octets, 0)).toBe(GSM_ALPHABET.replace('\u001b', ''));
  });

  test('has the characters of its extension behind an escape, and a blank for an escape before others', () => {
    for (const [octet, character] of Object.entries(GSM_EXTENSION)) {
      expect(decode(Buffer.from([0x1b, Number(octet)]), 0)).toBe(character);
    }
    expect(decode(Buffer.from([0x1b, 0x41]), 0)).toBe(' A');
  });

  test('has the letters of a national language that the header names', () => {
    expect(decode(Buffer.from([0x07, 0x1c]), 0, { language: 1 })).toBe('ıŞ');
  });
});

test.each([
  ['data_coding 0 is what the SMSC has for its default', [0x00, 'latin1'], [0x40, 0xe9], '@é'],
  ['1 is ASCII', [0x01, 'gsm'], [0x40, 0x24, 0x5f], '@$_'],
  ['3 is Latin-1, whatever the default', [0x03, 'gsm'], [0x40, 0xe9], '@é'],
  ['8 is UCS-2', [0x08, 'gsm'], [0x00, 0x34, 0x26, 0x0e], '4☎'],
  ['6 is Cyrillic', [0x06, 'gsm'], [0xba, 0xde, 0xd4], 'Код'],
  ['7 is Hebrew', [0x07, 'gsm'], [0xf7], 'ק'],
  ['14 is Korean', [0x0e, 'gsm'], [0xc4, 0xda], '코'],
  ['4 is binary: UTF-8 where it is that', [0x04, 'gsm'], [0xc3, 0xa9, 0x31], 'é1'],
  ['and else Latin-1', [0x04, 'gsm'], [0xe9, 0x31], 'é1'],
  ['0x10 is a flash message in the GSM alphabet', [0x10, 'latin1'], [0x00, 0x31], '@1'],
  ['0x18 is one in UCS-2', [0x18, 'gsm'], [0x00, 0x31], '1'],
  ['0xf0 is one of class 0 in the GSM alphabet', [0xf0, 'latin1'], [0x00, 0x31], '@1'],
  ['0xf5 is one of 8-bit data', [0xf5, 'gsm'], [0x31], '1'],
  ['0xe0 is a waiting message in UCS-2', [0xe0, 'gsm'], [0x00, 0x31], '1'],
  ['0xc0 is one in the GSM alphabet', [0xc0, 'latin1'], [0x00], '@'],
] as const)('%s', (_what, [coding, standard], octets, text) => {
  expect(decode(Buffer.from(octets), coding, { standard })).toBe(text);
});

test('an odd octet at the end of UCS-2 is dropped', () => {
  expect(decode(Buffer.from([0x00, 0x31, 0x00]), 8)).toBe('1');
});

describe('the user data header', () => {
  const header = (...octets: number[]) => readUserDataHeader(Buffer.from(octets));

  test('tells reference, parts and language, whatever else stands between', () => {
    expect(
      header(0x0d, 0x05, 0x02, 0x23, 0xf4, 0x08, 0x04, 0x01, 0x2a, 0x03, 0x02, 0x24, 0x01, 0x01),
    ).toEqual({
      length: 14,
      concatenation: { reference: '16/298', total: 3, part: 2 },
      language: 1,
    });
  });

  test('that counts parts which cannot be stands for a message of one', () => {
    for (const [total, part] of [
      [0, 1],
      [1, 1],
      [2, 0],
      [2, 3],
    ] as const) {
      expect(header(5, 0, 3, 7, total, part)).toMatchObject({ concatenation: null, length: 6 });
    }
  });

  test('whose elements reach beyond it is none', () => {
    expect(header(5, 0, 9, 7, 2, 1)).toBeNull();
    expect(header(9, 0, 3, 7, 2, 1)).toBeNull();
  });
});
