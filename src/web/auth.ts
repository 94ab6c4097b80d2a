import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Secret } from '../domain/secret.ts';
import type { Clock } from '../ports/clock.ts';
import { createSessions } from './sessions.ts';
import { createThrottle } from './throttle.ts';
import { WebError } from './web-error.ts';

/** Read at each request, so that a getter may follow a reload. */
export interface WebAuth {
  readonly readToken: Secret | null;
  readonly adminToken: Secret | null;
}

export const ROLES = ['nobody', 'reader', 'admin'] as const;
/** A reader reads; an admin also acts. */
export type Role = (typeof ROLES)[number];

export interface Viewer {
  readonly role: Role;
  readonly via: 'open' | 'bearer' | 'cookie' | 'none';
}

export interface Auth {
  viewer(request: Request): Viewer;
  /** Lets those pass who have at least the role. */
  require(role: Exclude<Role, 'nobody'>): RequestHandler;
  /** Exchanges a token for a session id; null when it is wrong. Throws 429 after too many failures. */
  login(request: Request, token: string): string | null;
  logout(request: Request): void;
  /** Whether anything is asked for at all. */
  isOpen(): boolean;
}

export const SESSION_COOKIE = 'twofa_session';

/** `loopback`: the listener is reachable from this machine alone, so that without tokens everything is allowed. */
export function createAuth(auth: WebAuth, loopback: boolean, clock: Clock): Auth {
  const sessions = createSessions(clock);
  const throttle = createThrottle(clock);
  const seen = new WeakMap<Request, Viewer>();

  const isOpen = () => loopback && auth.readToken === null && auth.adminToken === null;
  const anonymous = (): Viewer => {
    if (isOpen()) return { role: 'admin', via: 'open' };
    return loopback && auth.readToken === null ? { role: 'reader', via: 'open' } : NOBODY;
  };

  /** Throws 429 for an address that failed too often, whatever it brings now. */
  function tryToken(request: Request, token: string): { role: Role; digest: Buffer } {
    const address = request.socket.remoteAddress ?? 'unknown';
    const retryAfterSeconds = throttle.waitSeconds(address);
    if (retryAfterSeconds > 0) throw new WebError(429, 'too many wrong tokens', { retryAfterSeconds });
    const digest = digestOf(token);
    const role = roleOf(auth, digest);
    if (role === 'nobody') throttle.fail(address);
    return { role, digest };
  }

  function identify(request: Request): Viewer {
    const bearer = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (bearer !== undefined && !isOpen()) return { role: tryToken(request, bearer).role, via: 'bearer' };
    const digest = sessions.find(readCookie(request) ?? '');
    const role = digest ? roleOf(auth, digest) : 'nobody';
    return role === 'nobody' ? anonymous() : { role, via: 'cookie' };
  }

  function viewer(request: Request): Viewer {
    const known = seen.get(request) ?? identify(request);
    seen.set(request, known);
    return known;
  }

  return {
    viewer,
    isOpen,
    require: (role) => (request, _response, next) => {
      const has = viewer(request).role;
      if (ROLES.indexOf(has) >= ROLES.indexOf(role)) next();
      else throw refusal(has, auth);
    },
    login(request, token) {
      const { role, digest } = tryToken(request, token);
      return role === 'nobody' ? null : sessions.open(digest);
    },
    logout: (request) => sessions.end(readCookie(request) ?? ''),
  };
}

const NOBODY: Viewer = { role: 'nobody', via: 'none' };

function refusal(has: Role, auth: WebAuth): WebError {
  if (has === 'nobody') {
    return new WebError(401, 'a token is needed', {
      expected: 'Authorization: Bearer TOKEN, or a session from /login',
    });
  }
  const expected = auth.adminToken ? 'the adminToken' : 'web.adminToken in the configuration, which has none';
  return new WebError(403, 'this token may read, not act', { expected });
}

/** Compares with each token, always both, in constant time. */
function roleOf(auth: WebAuth, digest: Buffer): Role {
  const isAdmin = matches(auth.adminToken, digest);
  const isReader = matches(auth.readToken, digest);
  if (isAdmin) return 'admin';
  return isReader ? 'reader' : 'nobody';
}

const matches = (token: Secret | null, digest: Buffer): boolean =>
  token !== null && timingSafeEqual(digestOf(token.reveal()), digest);

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

function readCookie(request: Request): string | null {
  for (const pair of (request.get('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === SESSION_COOKIE && value) return value;
  }
  return null;
}
