/** What a text's octets stand for where the SMSC says nothing (data_coding 0): each SMSC has a default of its own. */
export const ALPHABETS = ['gsm', 'latin1'] as const;
export type Alphabet = (typeof ALPHABETS)[number];

export interface TextCoding {
  /** data_coding as it came. */
  readonly coding: number;
  readonly standard: Alphabet;
  /** A national language of 3GPP TS 23.038, from the user data header; 0: none. */
  readonly language: number;
  /** Reads GSM 03.38, one octet a character. */
  readonly gsm: (octets: Uint8Array, language: number) => string;
}

/**
 * The text of a deliver_sm (SMPP 3.4, section 5.2.19). Values from 0x10 on are what a phone would have got, handed
 * through by the SMSC (3GPP TS 23.038, section 4). What is not known is read so that digits come out.
 */
export function decodeText(octets: Buffer, coding: TextCoding): string {
  return DECODERS[charsetOf(coding)](octets, coding);
}

type Charset = 'gsm' | 'latin1' | 'ucs2' | 'octets' | 'cyrillic' | 'hebrew' | 'korean';

const NAMED: Readonly<Record<number, Charset>> = {
  0x01: 'latin1', // IA5, which is ASCII
  0x03: 'latin1',
  0x06: 'cyrillic',
  0x07: 'hebrew',
  0x08: 'ucs2',
  0x0e: 'korean',
};

function charsetOf({ coding, standard }: TextCoding): Charset {
  if (coding === 0) return standard;
  if (coding < 0x10) return NAMED[coding] ?? 'octets';
  const group = coding >> 4;
  if (group === 0xf) return (coding & 0x04) === 0 ? 'gsm' : 'octets';
  if (group === 0xe) return 'ucs2';
  if (group > 0x7) return 'gsm';
  return CODED[(coding >> 2) & 0x03] ?? 'octets';
}

const CODED: readonly Charset[] = ['gsm', 'octets', 'ucs2'];

const DECODERS: Readonly<Record<Charset, (octets: Buffer, coding: TextCoding) => string>> = {
  // An escape before what it does not go with is shown as a blank.
  gsm: (octets, { gsm, language }) => gsm(octets, language).replaceAll('\u001b', ' '),
  latin1: (octets) => octets.toString('latin1'),
  // Halves of a pair may come in two parts of a message, and fit together when these are joined.
  ucs2: (octets) =>
    Buffer.from(octets.subarray(0, octets.length & ~1))
      .swap16()
      .toString('utf16le'),
  octets: decodeOctets,
  cyrillic: (octets) => new TextDecoder('iso-8859-5').decode(octets),
  hebrew: (octets) => new TextDecoder('iso-8859-8').decode(octets),
  korean: (octets) => new TextDecoder('euc-kr').decode(octets),
};

function decodeOctets(octets: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return octets.toString('latin1');
  }
}
