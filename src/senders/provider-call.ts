import { SECOND } from '../domain/units.ts';

export interface ProviderRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type ProviderAnswer =
  | {
      readonly answered: true;
      readonly status: number;
      /** What it says, whole; a provider's words may hold numbers, so it is never shown. */
      readonly text: string;
    }
  | { readonly answered: false; readonly found: string; readonly cause: unknown };

/** For connecting, for the answer's head and for each part of its body; the caller's signal may end it sooner. */
const TIMEOUT_MS = 10 * SECOND;
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Asks a provider once: no retry, no redirect, a connection of its own. A message that is sent twice is two messages.
 * Rejects for nothing.
 */
export async function callProvider(asked: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer> {
  // Only what sends controls needs it.
  const { Agent, request } = await import('undici');
  const agent = new Agent({
    pipelining: 0,
    connect: { timeout: TIMEOUT_MS },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const { url, method, headers, body } = asked;
  try {
    signal.throwIfAborted();
    const answer = await request(url, { dispatcher: agent, method, headers, body: body ?? null, signal });
    const text = await answer.body.text();
    return { answered: true, status: answer.statusCode, text };
  } catch (cause) {
    const found = signal.aborted ? 'no answer within the time allowed' : `no answer (${codeOf(cause)})`;
    return { answered: false, found, cause };
  } finally {
    await agent.destroy();
  }
}

/** Node's stable code of an error, of the first of several, or of the error below it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const below: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return below === undefined || below === error ? error.name : codeOf(below);
}

/** The answer as JSON; undefined where it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
