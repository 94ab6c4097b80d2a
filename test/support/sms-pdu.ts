/** An SMS-DELIVER as a modem keeps it (3GPP TS 23.040, 9.2.2.1), in hex, before it the empty address of the SMS centre. */
export function smsDeliver(message: {
  /** `+…` for an international number, else a name. */
  readonly from: string;
  readonly text: string;
  /** `gsm` takes what is the same in ASCII and in the GSM alphabet. */
  readonly alphabet: 'gsm' | 'ucs2';
  readonly part?: { readonly reference: number; readonly number: number; readonly total: number };
}): string {
  const { from, text, alphabet, part } = message;
  const header = part ? Buffer.from([5, 0, 3, part.reference, part.total, part.number]) : Buffer.alloc(0);
  if (part && alphabet === 'gsm') throw new Error('only parts in UCS-2 are needed here');
  const octets = alphabet === 'gsm' ? packSeptets(text) : Buffer.from(text, 'utf16le').swap16();
  const length = alphabet === 'gsm' ? text.length : header.length + octets.length;
  return Buffer.concat([
    Buffer.from([0x00, part ? 0x44 : 0x04]),
    originator(from),
    Buffer.from([0x00, alphabet === 'gsm' ? 0x00 : 0x08]),
    // 26-01-15 12:00:01, without an offset: digits swapped.
    Buffer.from('62105121001000', 'hex'),
    Buffer.from([length]),
    header,
    octets,
  ])
    .toString('hex')
    .toUpperCase();
}

function originator(from: string): Buffer {
  if (!from.startsWith('+')) {
    const packed = packSeptets(from);
    return Buffer.concat([Buffer.from([packed.length * 2, 0xd0]), packed]);
  }
  const digits = from.slice(1);
  const swapped = `${digits}${digits.length % 2 === 0 ? '' : 'F'}`.replace(/(.)(.)/g, '$2$1');
  return Buffer.concat([Buffer.from([digits.length, 0x91]), Buffer.from(swapped, 'hex')]);
}

/** Seven bits a character, the lowest ones first. */
function packSeptets(text: string): Buffer {
  const octets = Buffer.alloc(Math.ceil((text.length * 7) / 8));
  for (const [index, septet] of Buffer.from(text, 'ascii').entries()) {
    for (let bit = 0; bit < 7; bit += 1) {
      const at = index * 7 + bit;
      if ((septet >> bit) & 1) octets.writeUInt8(octets.readUInt8(at >> 3) | (1 << (at & 7)), at >> 3);
    }
  }
  return octets;
}
