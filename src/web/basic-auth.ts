import { createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import type { Compare } from './bcrypt-thread.ts';
import type { Throttle } from './throttle.ts';
import { WebError } from './web-error.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface BasicAuth {
  /** Whether these are a user's. Throws 429 after too many wrong ones from the address, 503 when too many wait. */
  check(credentials: Credentials, address: string): Promise<boolean>;
}

export interface BasicAuthDeps {
  /** bcrypt hashes by name; looked up at each request, so that they may change. */
  readonly users: () => ReadonlyMap<string, Secret>;
  readonly throttle: Throttle;
  readonly compare: Compare;
  readonly closing: AbortSignal;
}

/** One hash is computed at a time; so many callers wait for their turn. */
export const MAX_WAITING = 16;
const MAX_KNOWN = 200;

/**
 * User names and passwords against bcrypt hashes. What was right once is known by its digest, so that a scrape costs
 * nothing; what was wrong is computed again, and counted against its address before it is.
 */
export function createBasicAuth({ users, throttle, compare, closing }: BasicAuthDeps): BasicAuth {
  const key = randomBytes(32);
  const known = new Set<string>();
  const asked = new Map<string, Promise<boolean>>();
  let turn: Promise<unknown> = Promise.resolve();

  async function compute(password: string, hash: Secret, digest: string): Promise<boolean> {
    const mine = turn.then(() => compare({ password, hash: hash.reveal() }, closing));
    turn = mine.catch(() => undefined);
    const fits = await mine;
    if (fits) remember(known, digest);
    return fits;
  }

  function ask(password: string, hash: Secret, digest: string): Promise<boolean> {
    const same = asked.get(digest);
    if (same) return same;
    if (asked.size >= MAX_WAITING) {
      throw new WebError(503, 'too many passwords wait to be checked', { retryAfterSeconds: 1 });
    }
    const answer = compute(password, hash, digest).finally(() => asked.delete(digest));
    asked.set(digest, answer);
    return answer;
  }

  return {
    async check({ user, password }, address) {
      throttle.demand(address);
      const all = users();
      const own = all.get(user);
      // A name that nobody has takes as long as one that somebody has.
      const hash = own ?? all.values().next().value;
      if (!hash) return false;
      const digest = createHmac('sha256', key)
        .update(JSON.stringify([user, password, hash.reveal()]))
        .digest('base64url');
      if (known.has(digest)) return own !== undefined;
      const waiting = asked.has(digest);
      if (!waiting) throttle.fail(address);
      const fits = await ask(password, hash, digest);
      if (fits && own && !waiting) throttle.forgive(address);
      return fits && own !== undefined;
    },
  };
}

/** Oldest first out. */
function remember(known: Set<string>, digest: string): void {
  known.add(digest);
  const oldest = known.size > MAX_KNOWN ? known.values().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
}

/** What an `Authorization: Basic …` header carries, by RFC 7617; null for anything else. */
export function readCredentials(header: string | undefined): Credentials | null {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
