import { createHash, randomBytes } from 'node:crypto';
import { HOUR } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';

/** Browser sessions: a random id stands for a token, which itself never goes into a cookie. */
export interface Sessions {
  /** Starts a session for the token with this digest; answers its id. */
  open(tokenDigest: Buffer): string;
  /** The digest of the token that it was opened with; null when it is unknown or has run out. */
  find(id: string): Buffer | null;
  end(id: string): void;
}

export const SESSION_MS = 12 * HOUR;
const MAX_SESSIONS = 1000;

export function createSessions(clock: Clock): Sessions {
  const sessions = new Map<string, { readonly tokenDigest: Buffer; readonly endsAtMs: number }>();
  return {
    open(tokenDigest) {
      const id = randomBytes(32).toString('base64url');
      sessions.set(keyOf(id), { tokenDigest, endsAtMs: clock.monotonicMs() + SESSION_MS });
      const oldest = sessions.size > MAX_SESSIONS ? sessions.keys().next().value : undefined;
      if (oldest !== undefined) sessions.delete(oldest);
      return id;
    },
    find(id) {
      const session = sessions.get(keyOf(id));
      if (!session) return null;
      if (clock.monotonicMs() < session.endsAtMs) return session.tokenDigest;
      sessions.delete(keyOf(id));
      return null;
    },
    end: (id) => void sessions.delete(keyOf(id)),
  };
}

/** Looked up by digest, so that the time of a look-up tells nothing of an id. */
const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64url');
