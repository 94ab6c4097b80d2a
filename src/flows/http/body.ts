import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

/** No answer that a login needs is larger, packed or unpacked. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** What we offer in Accept-Encoding: what {@link readBody} can unpack. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

export type BodyFault = 'too_large' | 'bad_encoding' | 'unknown_encoding';

export type BodyResult =
  | { readonly text: string; readonly fault: null }
  | { readonly fault: BodyFault; readonly cause: unknown };

type Unpack = (packed: Buffer) => Promise<Buffer>;

// maxOutputLength stops a decompression bomb while it unpacks, off the main thread.
const bounded = { maxOutputLength: MAX_BODY_BYTES };
const inflateZlib = promisify(inflate);
const inflateBare = promisify(inflateRaw);
const unzip = promisify(gunzip);
const unbrotli = promisify(brotliDecompress);

/** `deflate` means zlib's format (RFC 9110, 8.4.1.2); some servers send the bare stream. */
const unpackDeflate: Unpack = async (packed) =>
  ((packed[0] ?? 0) & 0x0f) === 8 ? inflateZlib(packed, bounded) : inflateBare(packed, bounded);

const UNPACKERS: Readonly<Record<string, Unpack>> = {
  gzip: (packed) => unzip(packed, bounded),
  'x-gzip': (packed) => unzip(packed, bounded),
  deflate: unpackDeflate,
  br: (packed) => unbrotli(packed, bounded),
  identity: async (packed) => packed,
};

/** Unpacks and decodes an answer's body. */
export async function readBody(
  packed: Buffer,
  headers: { readonly encoding: string; readonly contentType: string },
): Promise<BodyResult> {
  const encodings = headers.encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .reverse();
  let body = packed;
  for (const encoding of packed.length === 0 ? [] : encodings.slice(0, 3)) {
    const unpack = UNPACKERS[encoding];
    if (!unpack) return { fault: 'unknown_encoding', cause: null };
    try {
      body = await unpack(body);
    } catch (cause) {
      return { fault: isTooLarge(cause) ? 'too_large' : 'bad_encoding', cause };
    }
  }
  return { text: decode(body, headers.contentType), fault: null };
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

function decode(body: Buffer, contentType: string): string {
  const charset = /charset="?([\w:.-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}
