import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../ports/logger.ts';
import { sendPage } from './pages/layout.ts';
import { errorPage } from './pages/error-page.ts';

/** An answer that is not what was asked for: what was found, and what was expected. */
export class WebError extends Error {
  readonly status: number;
  readonly expected: string | null;
  /** For 429 and 503. */
  readonly retryAfterSeconds: number | null;

  constructor(
    status: number,
    message: string,
    detail: { expected?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = 'WebError';
    this.status = status;
    this.expected = detail.expected ?? null;
    this.retryAfterSeconds = detail.retryAfterSeconds ?? null;
  }
}

export const notFound: RequestHandler = (request) => {
  throw new WebError(404, `there is nothing at ${request.path.slice(0, 200)}`);
};

/** For paths that exist, with another method. */
export const allowOnly =
  (method: 'GET' | 'POST'): RequestHandler =>
  (request, response) => {
    response.set('Allow', method);
    throw new WebError(405, `${request.method} is not possible here`, { expected: method });
  };

/** The last handler: JSON for programs, a page for people; never a stack. */
export function createErrorHandler(logger: Logger, challenges: () => string[]): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const error = asWebError(thrown);
    if (error.status === 500) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      logger.log('error', 'web_request_failed', { method: request.method, path: request.path, reason });
    }
    if (error.retryAfterSeconds !== null) response.set('Retry-After', String(error.retryAfterSeconds));
    if (error.status === 401) response.set('WWW-Authenticate', challenges());
    response.status(error.status);
    const { message, expected } = error;
    if (wantsPage(request)) sendPage(response, errorPage({ status: error.status, message, expected }));
    else response.json(expected === null ? { error: message } : { error: message, expected });
  };
}

type Asker = Parameters<RequestHandler>[0];

/** Browsers name HTML; programs get JSON. */
export const wantsPage = (request: Asker): boolean =>
  (request.get('accept') ?? '').includes('text/html') && request.accepts(['html', 'json']) === 'html';

/** Express and the body parsers mark what the client did wrong with a status; their messages are not for users. */
function asWebError(thrown: unknown): WebError {
  if (thrown instanceof WebError) return thrown;
  const status = thrown instanceof Error && 'status' in thrown ? Number(thrown.status) : 500;
  if (status >= 400 && status < 500)
    return new WebError(status, EXPLAINED[status] ?? 'the request cannot be read');
  return new WebError(500, 'the request failed here; the log says why');
}

const EXPLAINED: Readonly<Record<number, string>> = {
  400: 'the request cannot be read: its path or body is malformed',
  413: 'the body is too large',
  415: 'the body has an encoding or character set that is not supported',
};
