import type { IncomingMessage } from 'node:http';

export type BodyRead =
  | { readonly read: 'whole'; readonly body: Buffer }
  /** More than allowed; what came on top was thrown away. */
  | { readonly read: 'too_large' }
  /** The caller went away or was too slow: nobody is there to be answered. */
  | { readonly read: 'cut_off' };

/** A caller who sends too much is read on, up to this, so that our 413 reaches it instead of a reset connection. */
const LINGER_BYTES = 1024 * 1024;

/** Reads a request's body raw, keeping `maxBytes` at most. Never throws. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<BodyRead> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The default would close the connection when we stop early, before we have answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (size > LINGER_BYTES) break;
    }
  } catch {
    return { read: 'cut_off' };
  }
  return size > maxBytes ? { read: 'too_large' } : { read: 'whole', body: Buffer.concat(chunks) };
}
