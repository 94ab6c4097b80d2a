import type { ImapFlow } from 'imapflow';
import { AttemptFailure } from '../../domain/failure.ts';
import type { Stamp } from '../../domain/stamp.ts';
import { SECOND } from '../../domain/units.ts';
import type { Accept, InboxDeps } from '../../ports/inbox.ts';
import { bounded } from '../bounded.ts';
import { createClient, problemOf, type ImapSettings } from './connection.ts';
import type { FolderReader } from './reader.ts';

/** From connecting to the open folder, and for any one look. */
const ANSWER_MS = 20 * SECOND;
const FAREWELL_MS = 2 * SECOND;

/** One connection with the folder open: the server tells of new mails, and is asked now and then as well. */
export interface ImapSession {
  readonly ended: Promise<void>;
  /** Asks for what is new, and hands it over; rejects when that cannot be done. */
  look(signal: AbortSignal): Promise<void>;
}

/** Opens a session. It rejects, and `ended` does, as `receiver_down` with what to check. */
export async function openImapSession(
  settings: ImapSettings,
  parts: ImapParts,
  signal: AbortSignal,
): Promise<ImapSession> {
  const { clock } = parts.inbox;
  const client = await createClient(settings);
  const over = Promise.withResolvers<string>();
  let problem: string | null = null;
  client.on('error', (error: unknown) => {
    problem ??= problemOf(error, settings);
  });
  client.on('close', () => over.resolve(problem ?? 'the server closed the connection'));
  const otherwise = `${settings.host}:${settings.port} did not answer within ${ANSWER_MS / SECOND} s; check host, port and encryption`;
  try {
    await bounded({ clock, ms: ANSWER_MS, signal, otherwise }, () =>
      openFolder(client, settings, parts.reader),
    );
  } catch (error) {
    client.close();
    const reason = signal.aborted ? 'it was ended by us' : (problem ?? problemOf(error, settings));
    throw new AttemptFailure('receiver_down', reason, { cause: error });
  }
  const end = (why: string) => {
    over.resolve(why);
    client.close();
  };
  return hold(client, { ...parts, settings, signal, over: over.promise, end });
}

async function openFolder(client: ImapFlow, settings: ImapSettings, reader: FolderReader): Promise<void> {
  await client.connect();
  try {
    // Opened to be read alone, nothing can be changed by accident.
    await client.mailboxOpen(settings.folder, { readOnly: !settings.markSeen });
  } catch (error) {
    if (!client.usable) throw error;
    throw new Error(`the server does not open the folder ${settings.folder}; check folder`, { cause: error });
  }
  await reader.resume(client);
}

interface Held extends ImapParts {
  readonly settings: ImapSettings;
  readonly signal: AbortSignal;
  readonly over: Promise<string>;
  /** Ends it for this reason, if it is not over yet. */
  readonly end: (why: string) => void;
}

function hold(client: ImapFlow, held: Held): ImapSession {
  const { settings, signal, reader, accept, inbox } = held;
  let turn: Promise<void> = Promise.resolve();
  // One look after the other: each goes on from where the last one ended.
  const collect = (pushed: Stamp | null): Promise<void> => {
    const next = turn.then(() => reader.collect(client, accept, pushed));
    turn = next.catch(() => undefined);
    return next;
  };
  client.on('exists', () => {
    collect(inbox.stamp()).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      inbox.logger.log('warn', 'imap_mail_not_taken', { inbox: inbox.name, reason });
    });
  });

  async function look(limit: AbortSignal): Promise<void> {
    const late = Promise.withResolvers<never>();
    const giveUp = () => {
      late.reject(new Error('the server did not answer in time'));
      held.end('the server did not answer in time');
    };
    limit.addEventListener('abort', giveUp, { once: true });
    if (limit.aborted) giveUp();
    try {
      await Promise.race([collect(null), late.promise]);
    } catch (error) {
      throw new AttemptFailure('receiver_down', problemOf(error, settings), { cause: error });
    } finally {
      limit.removeEventListener('abort', giveUp);
    }
  }

  async function stay(): Promise<void> {
    const leave = () => void sayFarewell(client, held);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    // What came since the first look, and before the server was listened to.
    collect(null).catch(() => undefined);
    const why = await held.over;
    signal.removeEventListener('abort', leave);
    if (!signal.aborted) throw new AttemptFailure('receiver_down', why);
  }

  return { ended: stay(), look };
}

async function sayFarewell(client: ImapFlow, { inbox: { clock }, end }: Held): Promise<void> {
  const bound = { clock, ms: FAREWELL_MS, signal: new AbortController().signal, otherwise: 'no answer' };
  await bounded(bound, () => client.logout()).catch(() => undefined);
  end('it was ended by us');
}

export interface ImapParts {
  readonly inbox: InboxDeps;
  readonly reader: FolderReader;
  readonly accept: Accept;
}
