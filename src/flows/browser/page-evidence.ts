import type { BrowserContext, Request } from 'playwright-core';
import type { Clock } from '../../ports/clock.ts';
import type { FlowContext } from '../../ports/login-flow.ts';
import type { AllowedOrigins } from '../http/origins.ts';

/** The kinds of requests that a login consists of; pictures and styles are not evidence. */
const TELLING: ReadonlySet<string> = new Set(['document', 'xhr', 'fetch']);

/** Keeps the timing of the page's requests to the target. */
export function recordRequests(
  browser: BrowserContext,
  allowed: AllowedOrigins,
  to: { readonly context: Pick<FlowContext, 'record'>; readonly clock: Clock },
): void {
  const started = new WeakMap<Request, number>();
  const statuses = new WeakMap<Request, number>();
  browser.on('request', (request) => started.set(request, to.clock.monotonicMs()));
  browser.on('response', (response) => statuses.set(response.request(), response.status()));
  const keep = (request: Request): void => {
    const startedMonotonicMs = started.get(request);
    if (startedMonotonicMs === undefined || !TELLING.has(request.resourceType())) return;
    const url = new URL(request.url());
    if (!allowed.has(url.origin)) return;
    to.context.record({
      method: request.method(),
      path: url.pathname.slice(0, 200),
      status: statuses.get(request) ?? null,
      startedMonotonicMs,
      ...timesOf(request, to.clock.monotonicMs() - startedMonotonicMs),
    });
  };
  browser.on('requestfinished', keep);
  browser.on('requestfailed', keep);
}

/** Playwright tells each instant in milliseconds since the request's start, and -1 for what did not happen. */
function timesOf(request: Request, elapsedMs: number) {
  const timing = request.timing();
  const tlsStart = timing.secureConnectionStart;
  return {
    dnsMs: between(timing.domainLookupStart, timing.domainLookupEnd),
    connectMs: between(timing.connectStart, tlsStart < 0 ? timing.connectEnd : tlsStart),
    tlsMs: between(tlsStart, timing.connectEnd),
    ttfbMs: between(timing.requestStart, timing.responseStart),
    totalMs: timing.responseEnd < 0 ? elapsedMs : timing.responseEnd,
  };
}

const between = (from: number, to: number): number | null => (from < 0 || to < from ? null : to - from);
