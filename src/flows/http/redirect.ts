import { TargetUnreachable } from '../../domain/failure.ts';
import type { AllowedOrigins } from './origins.ts';

export const MAX_REDIRECTS = 10;

/** What is asked of the target: by a flow, or by a redirect. */
export interface Ask {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * What a redirect asks next, as browsers do it (https://fetch.spec.whatwg.org/#http-redirect-fetch); null when the answer is none.
 * Throws TargetUnreachable for one that leaves the allowed origins: nothing of ours is sent there.
 */
export function nextAsk(
  asked: Ask,
  answer: { readonly status: number; readonly location: string | undefined; readonly from: string },
  allowed: AllowedOrigins,
): Ask | null {
  if (!REDIRECTS.has(answer.status) || answer.location === undefined) return null;
  const from = `${asked.method} ${answer.from}`;
  if (!URL.canParse(answer.location, asked.url.href)) {
    throw new TargetUnreachable(`${from} redirects to what is no address; expected a URL in Location`);
  }
  const url = new URL(answer.location, asked.url);
  if (!allowed.has(url.origin)) {
    throw new TargetUnreachable(
      `${from} redirects to ${url.origin.slice(0, 100)}, which is not the target: not followed; ` +
        "add it to the target's `origins` if it is yours",
    );
  }
  url.hash = '';
  if (!becomesGet(asked.method, answer.status)) return { ...asked, url };
  return { method: 'GET', url, headers: withoutBody(asked.headers), body: null };
}

export const tooManyRedirects = (asked: string, repeats: boolean): TargetUnreachable =>
  new TargetUnreachable(
    repeats
      ? `${asked}: a redirect loop (more than ${MAX_REDIRECTS}, back to the same address)`
      : `${asked}: more than ${MAX_REDIRECTS} redirects in a row`,
  );

const becomesGet = (method: string, status: number): boolean =>
  ((status === 301 || status === 302) && method === 'POST') ||
  (status === 303 && method !== 'GET' && method !== 'HEAD');

const withoutBody = (headers: Ask['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.toLowerCase().startsWith('content-')));
