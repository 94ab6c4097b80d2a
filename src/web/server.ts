import express, { type Express } from 'express';
import helmet from 'helmet';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { DemoControls } from '../ports/demo-controls.ts';
import type { Logger } from '../ports/logger.ts';
import type { Operations } from '../ports/operations.ts';
import { knowsItsClients, type WebGuard } from '../ports/web-guard.ts';
import { createActionRoutes } from './action-routes.ts';
import { createApiRoutes } from './api-routes.ts';
import { createAuth, type Auth } from './auth.ts';
import { compareInThread, type Compare } from './bcrypt-thread.ts';
import type { Board } from './board.ts';
import { createEventRoutes } from './event-routes.ts';
import { guardHeaders, guardRate } from './guard-rules.ts';
import type { WebAuth } from './identify.ts';
import { createLoginRoutes } from './login-routes.ts';
import { createOpsRoutes, createProbeRoutes, type Scrape } from './ops-routes.ts';
import { knownHostOnly, sameOriginOnly } from './origin.ts';
import { createPageRoutes } from './page-routes.ts';
import { listen } from './listen.ts';
import { createGuardedServer } from './tls-listener.ts';
import { createErrorHandler, notFound } from './web-error.ts';

export interface WebOptions {
  readonly operations: Operations;
  readonly board: Pick<Board, 'subscribe'>;
  readonly metrics: { readonly scrape: Scrape };
  readonly auth: Omit<WebAuth, 'users'>;
  /** What a web configuration file says, at each request; TLS or not is decided at the start. */
  readonly guard?: () => WebGuard | null;
  /** How passwords are held against their hashes. */
  readonly compare?: Compare;
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
  /** The switches of a simulated world. */
  readonly demo?: DemoControls;
}

export interface WebServer {
  /** Answers the address that is listened on: `port` 0 takes any free one. */
  listen(at: { readonly host: string; readonly port: number }): Promise<{ host: string; port: number }>;
  /** Takes the guard's certificate for the connections to come. Throws when it cannot be used. */
  readonly renewCertificate: () => void;
  /** Ends event streams, lets running requests finish for a moment, and stops. */
  close(): Promise<void>;
}

const CLOSE_PATIENCE_MS = 2 * SECOND;
const LIMITS = {
  headersTimeout: 10 * SECOND,
  requestTimeout: 30 * SECOND,
  /** How often slow requests are looked for. */
  connectionsCheckingInterval: SECOND,
};
const unguarded = (): null => null;

/** The listener for people and Prometheus: metrics, health, API and pages. */
export function createWebServer(options: WebOptions): WebServer {
  const closing = new AbortController();
  const guard = options.guard ?? unguarded;
  const { server, renew } = createGuardedServer(guard, LIMITS, createExpress(options, closing.signal));
  server.maxConnections = 500;
  return {
    renewCertificate: renew,
    listen: (at) => listen(server, at, 'web.listen or --web.listen-address'),
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
  const guard = options.guard ?? unguarded;
  const auth = createGuardedAuth(options, guard, closing);
  const app = express();
  app.disable('x-powered-by');
  app.use(secureHeaders(), guardHeaders(guard), guardRate(guard, clock));
  app.use(createProbeRoutes(operations, options.logger));
  app.use(auth.recognise);
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
  app.use(createErrorHandler(options.logger, () => challengesOf(auth)));
  return app;
}

function createGuardedAuth(options: WebOptions, guard: () => WebGuard | null, closing: AbortSignal): Auth {
  const auth: WebAuth = {
    get readToken() {
      return options.auth.readToken;
    },
    get adminToken() {
      return options.auth.adminToken;
    },
    get users() {
      return guard()?.users ?? new Map();
    },
  };
  const trusted = options.loopback || knowsItsClients(guard());
  const { clock, compare = compareInThread } = options;
  return createAuth(auth, { trusted, clock, compare, closing });
}

/** What a 401 asks for: browsers open their own window for `Basic` alone. */
const challengesOf = (auth: Auth): string[] => [
  ...(auth.asksForUsers() ? ['Basic realm="twofa-prober", charset="UTF-8"'] : []),
  'Bearer realm="twofa-prober"',
];

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
