/** Which part of a longer message this is. */
export interface Concatenation {
  /** The same in all parts of one message, and of few others. */
  readonly reference: string;
  readonly total: number;
  /** From 1. */
  readonly part: number;
}

export interface UserDataHeader {
  /** Octets before the text. */
  readonly length: number;
  readonly concatenation: Concatenation | null;
  /** National language of the text; 0: none. */
  readonly language: number;
}

/** Information elements of 3GPP TS 23.040, section 9.2.3.24. */
const CONCATENATED_8 = 0x00;
const CONCATENATED_16 = 0x08;
const SINGLE_SHIFT = 0x24;
const LOCKING_SHIFT = 0x25;

/** Reads the header in front of a text; null when it does not fit into the octets. */
export function readUserDataHeader(octets: Buffer): UserDataHeader | null {
  const length = 1 + (octets[0] ?? 0);
  if (length > octets.length) return null;
  let concatenation: Concatenation | null = null;
  let language = 0;
  for (let at = 1; at + 2 <= length;) {
    const [element = 0, size = 0] = octets.subarray(at, at + 2);
    const value = octets.subarray(at + 2, at + 2 + size);
    if (at + 2 + size > length) return null;
    if (element === CONCATENATED_8 && size === 3) {
      concatenation = concatenationOf('8', value.readUInt8(0), value.subarray(1));
    } else if (element === CONCATENATED_16 && size === 4) {
      concatenation = concatenationOf('16', value.readUInt16BE(0), value.subarray(2));
    } else if (element === SINGLE_SHIFT || element === LOCKING_SHIFT) {
      language = value[0] ?? 0;
    }
    at += 2 + size;
  }
  return { length, concatenation, language };
}

const concatenationOf = (kind: string, reference: number, [total = 0, part = 0]: Uint8Array) =>
  checkConcatenation({ reference: `${kind}/${reference}`, total, part });

/** Null where the numbers make no sense: the standard has such a message stand for itself. */
export const checkConcatenation = (read: Concatenation): Concatenation | null =>
  read.total > 1 && read.part >= 1 && read.part <= read.total ? read : null;
