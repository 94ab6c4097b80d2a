import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../ports/clock.ts';
import type { Conditions } from './conditions.ts';
import type { Asked } from './login-service.ts';

/** What both manners of the site share: when a request came, and whether the site serves anybody at all. */
export interface SiteGuard {
  /** Goes before everything else, body parsing too. */
  readonly note: RequestHandler;
  /** Answers instead of the site when it is down or limits its callers. */
  readonly gate: (refuse: (response: Response, status: 503 | 429) => void) => RequestHandler;
  asked(request: Request): Asked;
}

/** Seconds; what the site asks of those who come too often. */
const RETRY_AFTER_S = 60;

export function createSiteGuard(clock: Clock, conditions: () => Conditions): SiteGuard {
  const arrivals = new WeakMap<Request, number>();
  return {
    note(request, _response, next) {
      arrivals.set(request, clock.monotonicMs());
      next();
    },
    gate: (refuse) => (request, response, next) => {
      const { siteDown, siteRateLimited } = conditions();
      if (siteDown) return refuse(response, 503);
      // Leaving is never limited, nor is looking at a form.
      const limited = siteRateLimited && request.method === 'POST' && request.originalUrl !== '/logout';
      if (!limited) return next();
      response.set('Retry-After', String(RETRY_AFTER_S));
      refuse(response, 429);
    },
    asked: (request) => ({
      attempt: request.get('x-probe-attempt') ?? null,
      atMs: arrivals.get(request) ?? clock.monotonicMs(),
    }),
  };
}
