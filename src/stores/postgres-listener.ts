import { Client } from 'pg';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Topic, Wakes } from '../ports/shared.ts';

/** The channel that nodes wake one another on. */
export const CHANNEL = 'twofa_prober';

const RETRY_MS = SECOND;
/** A connection that is cut says nothing: it is asked whether it lives. */
const CHECK_EVERY_MS = 5 * SECOND;
const ANSWER_MS = 4 * SECOND;

/**
 * Hears what other nodes notify, on a connection of its own that is made again when it breaks. What was said while
 * there was none is lost: then everybody is woken, and looks.
 */
export function createListener(
  url: string,
  clock: Clock,
): Wakes & { run(signal: AbortSignal): Promise<void> } {
  const listeners = new Set<(topic: Topic | null) => void>();
  const tell = (topic: Topic | null) => {
    for (const listener of listeners) listener(topic);
  };
  return {
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async run(signal) {
      while (!signal.aborted) {
        await listen({ url, clock, tell }, signal).catch(() => undefined);
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    },
  };
}

interface ListenParts {
  readonly url: string;
  readonly clock: Clock;
  readonly tell: (topic: Topic | null) => void;
}

/** One connection, from its beginning to its end. */
async function listen({ url, clock, tell }: ListenParts, signal: AbortSignal): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: 'twofa-prober listener',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
  const ended = new AbortController();
  const end = () => ended.abort(new Error('the connection ended'));
  client.on('error', end);
  client.on('end', end);
  client.on('notification', ({ payload }) => tell(payload ?? null));
  const until = AbortSignal.any([signal, ended.signal]);
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    tell(null);
    while (!until.aborted) {
      await clock.sleep(CHECK_EVERY_MS, until).catch(() => undefined);
      if (!until.aborted) await client.query('select 1');
    }
  } finally {
    client.end().catch(() => undefined);
  }
}
