import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Operations } from '../ports/operations.ts';
import { createActionRoutes } from './action-routes.ts';
import { createApiRoutes } from './api-routes.ts';
import { createAuth, type WebAuth } from './auth.ts';
import type { Board } from './board.ts';
import { createEventRoutes } from './event-routes.ts';
import { createLoginRoutes } from './login-routes.ts';
import { createServer } from './node-http.ts';
import { createOpsRoutes, createProbeRoutes, type Scrape } from './ops-routes.ts';
import { knownHostOnly, sameOriginOnly } from './origin.ts';
import { createPageRoutes } from './page-routes.ts';
import { createErrorHandler, notFound } from './web-error.ts';

export interface WebOptions {
  readonly operations: Operations;
  readonly board: Pick<Board, 'subscribe'>;
  readonly metrics: { readonly scrape: Scrape };
  readonly auth: WebAuth;
  /** Whether the listener is reachable from this machine alone. */
  readonly loopback: boolean;
  /** Names besides those of this machine under which the page is asked for without tokens. */
  readonly hosts?: readonly string[];
  /** The configuration as YAML, without secrets. */
  readonly redactedConfig: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shown above everything else on the status page. */
  readonly notice?: string;
}

export interface WebServer {
  /** Answers the address that is listened on: `port` 0 takes any free one. */
  listen(at: { readonly host: string; readonly port: number }): Promise<{ host: string; port: number }>;
  /** Ends event streams, lets running requests finish for a moment, and stops. */
  close(): Promise<void>;
}

const CLOSE_PATIENCE_MS = 2 * SECOND;

/** The listener for people and Prometheus: metrics, health, API and pages. */
export function createWebServer(options: WebOptions): WebServer {
  const closing = new AbortController();
  const server = createServer(createExpress(options, closing.signal));
  server.headersTimeout = 10 * SECOND;
  server.requestTimeout = 30 * SECOND;
  server.maxConnections = 500;
  return {
    listen: ({ host, port }) => listen(server, host, port),
    async close() {
      closing.abort(new Error('the web listener closes'));
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      const done = new AbortController();
      const patience = options.clock.sleep(CLOSE_PATIENCE_MS, done.signal).then(
        () => server.closeAllConnections(),
        () => undefined,
      );
      await closed;
      done.abort();
      await patience;
    },
  };
}

function createExpress(options: WebOptions, closing: AbortSignal): Express {
  const { operations, clock } = options;
  const auth = createAuth(options.auth, options.loopback, clock);
  const app = express();
  app.disable('x-powered-by');
  app.use(secureHeaders());
  app.use(createProbeRoutes(operations, options.logger));
  app.use(knownHostOnly(auth, options.hosts ?? []));
  app.use(sameOriginOnly(auth));
  app.use(express.json({ limit: '16kb' }), express.urlencoded({ limit: '16kb', extended: false }));
  app.use(createLoginRoutes(auth));
  app.use(createOpsRoutes({ ...options, auth }));
  app.use('/api/v1', createApiRoutes({ operations, auth, clock }));
  app.use('/api/v1', createEventRoutes({ ...options, auth, closing }));
  app.use('/api/v1', createActionRoutes({ operations, auth }));
  app.use(createPageRoutes({ ...options, auth }));
  app.use(notFound);
  app.use(createErrorHandler(options.logger));
  return app;
}

/** Strict, but fit for plain HTTP: whether there is TLS is for the proxy in front to say. */
function secureHeaders() {
  return helmet({
    strictTransportSecurity: false,
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  });
}

function listen(server: Server, host: string, port: number): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const { address, port: bound } = server.address() as AddressInfo;
      resolve({ host: address, port: bound });
    });
  });
}
