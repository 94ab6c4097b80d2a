import { SECOND } from '../domain/units.ts';

/** What an address of SNS answered, cut at a size that none of its answers has. */
export interface Fetched {
  readonly status: number;
  readonly text: string;
}

/** Rejects when there is no answer. */
export type FetchText = (url: URL) => Promise<Fetched>;

/** SNS itself waits 15 s for our answer. */
const PATIENCE_MS = 5 * SECOND;
const MAX_BYTES = 64 * 1024;

/** Follows no redirect: only the host that was asked may answer. */
export const fetchText: FetchText = async (url) => {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`expected an answer of at most ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
};
