import type { RequestHandler } from 'express';
import type { Clock } from '../ports/clock.ts';
import type { WebGuard } from '../ports/web-guard.ts';
import { WebError } from './web-error.ts';

/** The headers that the web configuration file sets, over our own. */
export function guardHeaders(guard: () => WebGuard | null): RequestHandler {
  return (_request, response, next) => {
    for (const [name, value] of Object.entries(guard()?.headers ?? {})) {
      if (value === '') response.removeHeader(name);
      else response.setHeader(name, value);
    }
    next();
  };
}

/** As many requests as the web configuration file allows, from all callers together: a bucket of tokens. */
export function guardRate(guard: () => WebGuard | null, clock: Clock): RequestHandler {
  let left = Infinity;
  let filledMs = clock.monotonicMs();
  return (_request, _response, next) => {
    const rate = guard()?.rate;
    if (rate) {
      const nowMs = clock.monotonicMs();
      left = Math.min(rate.burst, left + (nowMs - filledMs) / rate.intervalMs);
      filledMs = nowMs;
      if (left < 1) {
        const retryAfterSeconds = Math.ceil(((1 - left) * rate.intervalMs) / 1000);
        throw new WebError(429, 'more requests than rate_limit allows', { retryAfterSeconds });
      }
      left -= 1;
    }
    next();
  };
}
