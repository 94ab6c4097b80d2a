import type { CookieJar } from 'tough-cookie';
import { TargetUnreachable } from '../../domain/failure.ts';
import type { FlowContext, FlowDeps } from '../../ports/login-flow.ts';
import { joinHeaders, setCookies, type Answer } from './answer.ts';
import { ACCEPT_ENCODING, readBody } from './body.ts';
import { BodyTooLarge, exchange, type ExchangeTimes, type Wire, type WireAnswer } from './exchange.ts';
import { bodyFailure, networkFailure, timeoutFailure, type Asked } from './network-failure.ts';
import type { Ask } from './redirect.ts';
import { withTimeLimit } from './time-limit.ts';
import type { Veil } from './veil.ts';

/** What a session needs of the attempt. */
export type SessionContext = Pick<FlowContext, 'attemptId' | 'account' | 'signal' | 'permit' | 'record'>;

/** What the requests of one session share. */
export interface Line {
  readonly wire: Wire;
  readonly jar: CookieJar;
  readonly veil: Veil;
  readonly deps: Pick<FlowDeps, 'userAgent' | 'timeoutMs' | 'clock'>;
  readonly context: SessionContext;
}

/** A flow's own headers win over these. */
const DEFAULTS = {
  accept: 'text/html,application/json;q=0.9,*/*;q=0.8',
  'accept-encoding': ACCEPT_ENCODING,
};

/** One request and its answer, unpacked, its cookies kept; redirects are answers here. */
export async function sendOnce(line: Line, ask: Ask, written: () => void): Promise<Answer> {
  const { context, deps } = line;
  const asked: Asked = { method: ask.method, address: line.veil.shown(ask.url) };
  const writing: Writing = { failed: false, error: null };
  const wireRequest = { ...ask, headers: headersOf(line, ask), onWriting: guard(written, writing) };
  const record = (times: ExchangeTimes, status: number | null) =>
    context.record(evidence(line, ask, { times, status }));
  const limit = {
    ms: deps.timeoutMs,
    signal: context.signal,
    expired: () => timeoutFailure(asked, deps.timeoutMs),
  };
  try {
    const answer = await withTimeLimit(deps.clock, limit, (signal) =>
      exchange(line.wire, { ...wireRequest, signal }, record),
    );
    return await open(line, ask, answer);
  } catch (error) {
    if (writing.failed) throw writing.error;
    context.signal.throwIfAborted();
    throw explain(asked, error);
  }
}

function explain(asked: Asked, error: unknown): unknown {
  if (error instanceof TargetUnreachable) return error;
  if (error instanceof BodyTooLarge) return bodyFailure(asked, 'too_large', error);
  // A header or path that cannot be sent at all is a fault of the flow, not of the target.
  const unsendable = error instanceof Error && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';
  return unsendable ? error : networkFailure(asked, error);
}

async function open(line: Line, ask: Ask, answer: WireAnswer): Promise<Answer> {
  for (const cookie of setCookies(answer.headers)) {
    line.jar.setCookieSync(cookie, ask.url.href, { ignoreError: true });
  }
  const headers = joinHeaders(answer.headers);
  const contentType = headers['content-type'] ?? '';
  const encoding = headers['content-encoding'] ?? '';
  const body = await readBody(answer.body, { encoding, contentType });
  if (body.fault !== null) {
    throw bodyFailure({ method: ask.method, address: line.veil.shown(ask.url) }, body.fault, body.cause);
  }
  const shown = line.veil.shown(ask.url);
  const cookies = Object.fromEntries(
    line.jar.getCookiesSync(ask.url.href).map((cookie) => [cookie.key, cookie.value]),
  );
  return { status: answer.status, headers, text: body.text, url: ask.url, shown, cookies, first: null };
}

interface Writing {
  failed: boolean;
  error: unknown;
}

/** Keeps what the engine threw at t0 (a lost lease) apart from what the network threw. */
const guard = (written: () => void, writing: Writing) => (): void => {
  try {
    written();
  } catch (error) {
    writing.failed = true;
    writing.error = error;
    throw error;
  }
};

function headersOf(line: Line, ask: Ask): Record<string, string> {
  const own = Object.entries(ask.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const headers: Record<string, string> = {
    ...DEFAULTS,
    'user-agent': line.deps.userAgent,
    ...Object.fromEntries(own),
    'x-probe-attempt': line.context.attemptId,
  };
  const kept = line.jar.getCookieStringSync(ask.url.href);
  const cookie = [headers['cookie'] ?? '', kept].filter((part) => part !== '').join('; ');
  return cookie === '' ? headers : { ...headers, cookie };
}

function evidence(
  line: Line,
  ask: Ask,
  { times, status }: { readonly times: ExchangeTimes; readonly status: number | null },
): Parameters<FlowContext['record']>[0] {
  const { startedMs, ...parts } = times;
  return {
    method: ask.method,
    path: line.veil.path(ask.url),
    status,
    startedMonotonicMs: startedMs,
    ...parts,
  };
}
