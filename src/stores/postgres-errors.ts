import { StoreDown } from '../ports/store.ts';

/**
 * SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html) and their classes that say that the
 * server cannot serve us now, whatever was asked.
 */
const SERVER_FAILS: readonly (readonly [state: RegExp, why: string])[] = [
  [/^08/, 'the connection failed'],
  [/^28/, 'it refuses our credentials'],
  [/^3D000$/, 'there is no such database'],
  [/^25006$/, 'it is read-only: a standby, or in recovery'],
  [/^25P03$/, 'our transaction stood still for too long'],
  [/^42P01$/, 'our tables are not there; has a daemon with this configuration run on it?'],
  [/^42501$/, 'our role lacks a privilege'],
  [/^53100$/, 'its disk is full'],
  [/^53300$/, 'its connections are used up'],
  [/^53/, 'it lacks resources'],
  [/^55P03$/, 'a lock was not to be had'],
  [/^57014$/, 'it took too long'],
  [/^57/, 'it is stopping or starting'],
  [/^58/, 'its system fails'],
  [/^XX00/, 'its data are damaged'],
];

/** Two transactions got in each other's way; the same again will do. */
const AGAIN = new Set(['40001', '40P01']);

/** Whether the same call may simply be made again: nothing of it was kept. */
export const isConflict = (error: unknown): boolean => AGAIN.has(sqlState(error) ?? '');

/** What the error means for the caller: a StoreDown where the server, and not the call, failed. */
export function asStoreError(server: string, error: unknown): unknown {
  if (error instanceof StoreDown) return error;
  const why = isConflict(error) ? 'others keep changing the same' : serverFailure(error);
  if (why === null) return error;
  const detail = messageOf(error);
  return new StoreDown(`store ${server}: ${detail === '' ? why : `${why} (${detail})`}`, { cause: error });
}

/** Null for errors of the call itself, and of ours. */
function serverFailure(error: unknown): string | null {
  const state = sqlState(error);
  if (state !== null) return SERVER_FAILS.find(([known]) => known.test(state))?.[1] ?? null;
  const isOurs = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
  return isOurs ? null : 'it cannot be reached';
}

/** Five characters where the server answered; null where it did not get to it (ECONNREFUSED, a timeout). */
function sqlState(error: unknown): string | null {
  const { code, severity } = Object(error) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : null;
}

/** A connection that is refused on several addresses comes as an error without a text. */
function messageOf(error: unknown): string {
  const { message, errors } = Object(error) as { message?: unknown; errors?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  return Array.isArray(errors) && errors.length > 0 ? messageOf(errors[0]) : '';
}
