import { TargetUnreachable } from '../../domain/failure.ts';
import type { FlowDeps } from '../../ports/login-flow.ts';
import { describe, type Answer } from '../http/answer.ts';
import { allowedOrigins, resolveTarget } from '../http/origins.ts';
import type { Ask } from '../http/redirect.ts';
import type { HttpSession } from '../http/session.ts';
import { parseRetryAfter } from '../steps/retry-after.ts';
import { parseJson } from '../steps/view.ts';
import type { HttpApi, HttpResponse, RequestOptions } from './flow-api-types.ts';
import type { StageKeeper } from './stage-keeper.ts';
import { statusFailure } from './status-failure.ts';

/** An answer that came through this API, and what it answered. */
export interface Exchanged {
  readonly answer: Answer;
  readonly asked: string;
}

export interface RecordingHttpApi extends HttpApi {
  /** What lies behind a response; throws an Error for one that did not come from here. */
  exchanged(response: HttpResponse): Exchanged;
}

/** The target over HTTP for flows in code. */
export function createHttpApi(session: HttpSession, keeper: StageKeeper, deps: FlowDeps): RecordingHttpApi {
  const allowed = allowedOrigins(deps.url, deps.origins);
  const known = new WeakMap<HttpResponse, Exchanged>();

  const on =
    (method: string) =>
    async (path: string, options: RequestOptions = {}): Promise<HttpResponse> => {
      const url = resolveTarget(deps.url, path, allowed);
      const asked = `${method} ${session.shown(url)}`;
      const answer = await session.request({ method, url, ...contentOf(options) }, keeper.takeMark());
      if (options.throwOnStatus !== false && !isSuccess(answer.status)) {
        const retryAfterMs = parseRetryAfter(answer.headers['retry-after'] ?? null, deps.clock.now());
        const why = `${asked} answered ${describe(answer)}`;
        throw statusFailure(keeper.current(), { status: answer.status, why, retryAfterMs });
      }
      const response = responseOf(answer, asked);
      known.set(response, { answer, asked });
      return response;
    };

  return {
    get: on('GET'),
    post: on('POST'),
    put: on('PUT'),
    patch: on('PATCH'),
    delete: on('DELETE'),
    exchanged(response) {
      const found = known.get(response);
      if (!found) throw new Error('expect takes a response of this attempt, as http gave it');
      return found;
    },
  };
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

function contentOf({ json, form, headers }: RequestOptions): Pick<Ask, 'headers' | 'body'> {
  if (json !== undefined && form) throw new Error('a request takes json or form, not both');
  if (json !== undefined) {
    const accept = { accept: 'application/json, */*;q=0.8', 'content-type': 'application/json' };
    return { headers: { ...accept, ...headers }, body: JSON.stringify(json) };
  }
  if (!form) return { headers: { ...headers }, body: null };
  const pairs = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, String(value)]));
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return { headers: { ...type, ...headers }, body: new URLSearchParams(pairs).toString() };
}

const responseOf = (answer: Answer, asked: string): HttpResponse => ({
  status: answer.status,
  headers: answer.headers,
  text: answer.text,
  cookies: answer.cookies,
  url: answer.url.href,
  json() {
    const value = parseJson(answer.text);
    if (value === undefined)
      throw new TargetUnreachable(`${asked} answered ${describe(answer)}: expected JSON`);
    return value;
  },
});
