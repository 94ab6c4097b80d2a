import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { Secret } from '../domain/secret.ts';
import { readCredentials, type BasicAuth } from './basic-auth.ts';
import type { Sessions } from './sessions.ts';
import type { Throttle } from './throttle.ts';

/** Read at each request, so that a getter may follow a reload. */
export interface WebAuth {
  readonly readToken: Secret | null;
  readonly adminToken: Secret | null;
  /** bcrypt hashes by user name; with any, nothing is open. */
  readonly users?: ReadonlyMap<string, Secret>;
}

export const ROLES = ['nobody', 'reader', 'admin'] as const;
/** A reader reads; an admin also acts. */
export type Role = (typeof ROLES)[number];

export interface Viewer {
  readonly role: Role;
  readonly via: 'open' | 'bearer' | 'basic' | 'cookie' | 'none';
}

export const NOBODY: Viewer = { role: 'nobody', via: 'none' };
export const SESSION_COOKIE = 'twofa_session';

export interface Means {
  readonly sessions: Sessions;
  readonly throttle: Throttle;
  readonly basic: BasicAuth;
  /** Only those who may be trusted reach the listener, so that without tokens and users everything is allowed. */
  readonly trusted: boolean;
}

export interface Identify {
  /** Who asks: by a token, a password or a session, whichever allows most. Throws 429 and 503. */
  readonly identify: (request: Request) => Promise<Viewer>;
  /** Throws 429 for an address that failed too often, whatever it brings now. */
  readonly tryToken: (request: Request, token: string) => { readonly role: Role; readonly digest: Buffer };
  /** Whether there are users with passwords. */
  readonly asksForUsers: () => boolean;
}

export function createIdentify(auth: WebAuth, { sessions, throttle, basic, trusted }: Means): Identify {
  const asksForUsers = () => (auth.users?.size ?? 0) > 0;
  const isOpen = () => trusted && auth.readToken === null && auth.adminToken === null && !asksForUsers();
  const anonymous = (): Viewer => {
    if (isOpen()) return { role: 'admin', via: 'open' };
    return trusted && auth.readToken === null && !asksForUsers() ? { role: 'reader', via: 'open' } : NOBODY;
  };

  function tryToken(request: Request, token: string) {
    const address = addressOf(request);
    throttle.demand(address);
    const digest = digestOf(token);
    const role = roleOf(auth, digest);
    if (role === 'nobody') throttle.fail(address);
    return { role, digest };
  }

  async function byPassword(request: Request): Promise<Viewer> {
    const credentials = asksForUsers() ? readCredentials(request.get('authorization')) : null;
    if (!credentials || !(await basic.check(credentials, addressOf(request)))) return NOBODY;
    // Where an adminToken acts, the password that scrapes need not be able to.
    return { role: auth.adminToken === null ? 'admin' : 'reader', via: 'basic' };
  }

  function bySession(request: Request): Viewer {
    const digest = sessions.find(sessionOf(request));
    const role = digest ? roleOf(auth, digest) : 'nobody';
    return role === 'nobody' ? NOBODY : { role, via: 'cookie' };
  }

  async function identify(request: Request): Promise<Viewer> {
    const bearer = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (bearer !== undefined && !isOpen()) return { role: tryToken(request, bearer).role, via: 'bearer' };
    return higher(await byPassword(request), higher(bySession(request), anonymous()));
  }

  return { identify, tryToken, asksForUsers };
}

/** Of two ways in, the one that allows more. */
const higher = (one: Viewer, other: Viewer): Viewer =>
  ROLES.indexOf(other.role) > ROLES.indexOf(one.role) ? other : one;

const addressOf = (request: Request): string => request.socket.remoteAddress ?? 'unknown';

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

/** The id in the session's cookie; empty without one. */
export function sessionOf(request: Request): string {
  for (const pair of (request.get('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === SESSION_COOKIE && value) return value;
  }
  return '';
}
