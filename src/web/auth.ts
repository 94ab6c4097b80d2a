import type { Request, RequestHandler } from 'express';
import type { Secret } from '../domain/secret.ts';
import type { Clock } from '../ports/clock.ts';
import { createBasicAuth } from './basic-auth.ts';
import type { Compare } from './bcrypt-thread.ts';
import {
  createIdentify,
  NOBODY,
  ROLES,
  sessionOf,
  type Role,
  type Viewer,
  type WebAuth,
} from './identify.ts';
import { createSessions } from './sessions.ts';
import { createThrottle } from './throttle.ts';
import { WebError } from './web-error.ts';

export interface Auth {
  /** Finds out who asks, before anything else is answered. */
  readonly recognise: RequestHandler;
  viewer(request: Request): Viewer;
  /** Lets those pass who have at least the role. */
  require(role: Exclude<Role, 'nobody'>): RequestHandler;
  /** Exchanges a token for a session id; null when it is wrong. Throws 429 after too many failures. */
  login(request: Request, token: string): string | null;
  logout(request: Request): void;
  /** Whether browsers ask for a user name and password, in a window of their own. */
  asksForUsers(): boolean;
  /** Whether there is a token with which one may act. */
  hasAdminToken(): boolean;
}

export interface AuthDeps {
  /** Only those who may be trusted reach the listener, so that without tokens and users everything is allowed. */
  readonly trusted: boolean;
  readonly clock: Clock;
  readonly compare: Compare;
  /** Aborts when the listener closes. */
  readonly closing: AbortSignal;
}

export function createAuth(auth: WebAuth, { trusted, clock, compare, closing }: AuthDeps): Auth {
  const sessions = createSessions(clock);
  const throttle = createThrottle(clock);
  const basic = createBasicAuth({ users: () => auth.users ?? NO_USERS, throttle, compare, closing });
  const { identify, tryToken, asksForUsers } = createIdentify(auth, { sessions, throttle, basic, trusted });
  const seen = new WeakMap<Request, Viewer>();
  const viewer = (request: Request): Viewer => seen.get(request) ?? NOBODY;
  return {
    asksForUsers,
    hasAdminToken: () => auth.adminToken !== null,
    viewer,
    async recognise(request, _response, next) {
      seen.set(request, await identify(request));
      next();
    },
    require: (role) => (request, _response, next) => {
      const has = viewer(request).role;
      if (ROLES.indexOf(has) >= ROLES.indexOf(role)) next();
      else throw refusal(has, auth, asksForUsers());
    },
    login(request, token) {
      const { role, digest } = tryToken(request, token);
      return role === 'nobody' ? null : sessions.open(digest);
    },
    logout: (request) => sessions.end(sessionOf(request)),
  };
}

const NO_USERS: ReadonlyMap<string, Secret> = new Map();

function refusal(has: Role, auth: WebAuth, asksForUsers: boolean): WebError {
  if (has === 'nobody') {
    const token = 'Authorization: Bearer TOKEN, or a session from /login';
    return asksForUsers
      ? new WebError(401, 'a user name and password are needed', {
          expected: `Basic credentials; or ${token}`,
        })
      : new WebError(401, 'a token is needed', { expected: token });
  }
  const expected = auth.adminToken ? 'the adminToken' : 'web.adminToken in the configuration, which has none';
  return new WebError(403, 'this token may read, not act', { expected });
}
