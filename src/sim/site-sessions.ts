import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { HOUR } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';

/** A visitor of the site. */
export interface Session {
  readonly token: string;
  /** Must come back with every form. */
  readonly csrf: string;
  readonly since: number;
  readonly state: 'visitor' | 'challenged' | 'signed_in';
  /** null for a visitor. */
  readonly account: string | null;
}

export interface Sessions {
  /** The request's session, if it has one that still lives. */
  readonly of: (request: Request) => Session | null;
  /** Begins another session, under a new token, and ends the request's old one. */
  begin(request: Request, response: Response, who: Pick<Session, 'state' | 'account'>): Session;
  end(request: Request, response: Response): void;
}

const COOKIE = 'acme_session';
const LIVES_MS = HOUR;
const KEPT = 10_000;

export function createSessions(clock: Clock): Sessions {
  // Insertion order is the order of age.
  const live = new Map<string, Session>();
  return {
    of(request) {
      const session = live.get(tokenOf(request)) ?? null;
      return session && clock.monotonicMs() - session.since < LIVES_MS ? session : null;
    },
    begin(request, response, who) {
      live.delete(tokenOf(request));
      const token = randomBytes(16).toString('hex');
      const session = { ...who, token, csrf: randomBytes(16).toString('hex'), since: clock.monotonicMs() };
      live.set(token, session);
      const oldest = live.keys().next().value;
      if (live.size > KEPT && oldest !== undefined) live.delete(oldest);
      response.cookie(COOKIE, token, { httpOnly: true, sameSite: 'lax', path: '/' });
      return session;
    },
    end(request, response) {
      live.delete(tokenOf(request));
      response.clearCookie(COOKIE, { path: '/' });
    },
  };
}

const tokenOf = (request: Request): string =>
  /(?:^|;\s*)acme_session=([0-9a-f]+)/.exec(request.get('cookie') ?? '')?.[1] ?? '';
