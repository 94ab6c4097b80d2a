/** A query taken apart without a guess at its charset: each value is the bytes that were escaped. */
export type RawQuery = ReadonlyMap<string, Buffer>;

/** Null when a name comes twice, so that no two readers can disagree on which one counts, or when there are too many. */
export function readRawQuery(url: string, maxParameters: number): RawQuery | null {
  const start = url.indexOf('?');
  const written = start < 0 ? '' : url.slice(start + 1);
  const pairs = written.split('&', maxParameters + 1).filter((pair) => pair !== '');
  if (pairs.length > maxParameters) return null;
  const found = new Map<string, Buffer>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = unescapeBytes(equals < 0 ? pair : pair.slice(0, equals)).toString('utf8');
    if (found.has(name)) return null;
    found.set(name, unescapeBytes(equals < 0 ? '' : pair.slice(equals + 1)));
  }
  return found;
}

/** `+` is a blank; what is no escape stays as it is. */
function unescapeBytes(written: string): Buffer {
  const latin1 = Buffer.from(written.replaceAll('+', ' '), 'utf8').toString('latin1');
  const bytes = latin1.replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}
