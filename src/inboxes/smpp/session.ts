import { AttemptFailure } from '../../domain/failure.ts';
import { SECOND } from '../../domain/units.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Accept } from '../../ports/inbox.ts';
import { loadSmpp } from '../../vendors/smpp.ts';
import { bounded } from '../bounded.ts';
import { bind, type BindSettings } from './bind.ts';
import type { Deliveries } from './deliveries.ts';
import { openLink, type Link } from './link.ts';
import { Served } from './served.ts';
import { openSocket, type SmscAddress } from './socket.ts';

export interface SessionSettings extends SmscAddress, BindSettings {
  readonly enquireLink: number;
}

/** For connection and bind together, and for an answer to enquire_link. */
const ANSWER_MS = 10 * SECOND;
/** How long the end may take: answers on their way, and unbind. */
const FAREWELL_MS = 2 * SECOND;

/**
 * One bound session, from connection to its end. `ended` rejects with why it ended, unless the signal asked for it.
 * Messages may come right behind the answer to the bind, so they are taken from the beginning.
 */
export async function openSession(
  settings: SessionSettings,
  parts: SessionParts,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> }> {
  const { clock, deliveries, accept } = parts;
  const ending = new AbortController();
  const served = new Served({ deliveries, accept, ending: ending.signal });
  try {
    const link = await openBound(settings, { clock, served, signal });
    return { ended: hold(link, { settings, clock, signal, ending, served }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AttemptFailure('receiver_down', reason, { cause: error });
  }
}

async function openBound(
  settings: SessionSettings,
  parts: { readonly clock: Clock; readonly served: Served; readonly signal: AbortSignal },
): Promise<Link> {
  const { clock, served, signal } = parts;
  const smpp = await loadSmpp();
  const { host, port } = settings;
  const otherwise = `${host}:${port} did not answer within ${ANSWER_MS / SECOND} s; check host, port and tls`;
  const gone = new AbortController();
  try {
    return await bounded({ clock, ms: ANSWER_MS, signal, otherwise }, async (limit) => {
      const socket = await openSocket(settings, limit);
      const link = openLink(smpp, socket, (request, over) => served.take(request, over));
      gone.signal.addEventListener('abort', () => link.end('the bind failed'), { once: true });
      if (limit.aborted) link.end('too late');
      await bind(smpp, link, settings);
      return link;
    });
  } catch (error) {
    gone.abort();
    throw error;
  }
}

interface Held {
  readonly settings: SessionSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly ending: AbortController;
  readonly served: Served;
}

async function hold(link: Link, held: Held): Promise<void> {
  const { signal, ending, served } = held;
  const leave = () => void sayFarewell(link, held);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  const pulse = keepAlive(link, held);
  const why = await link.over;
  signal.removeEventListener('abort', leave);
  ending.abort(new Error(why));
  await pulse;
  served.close();
  if (!signal.aborted) throw new AttemptFailure('receiver_down', why);
}

/** An SMSC that is gone without a word is only noticed by asking. */
async function keepAlive(link: Link, { settings, clock, ending: { signal }, served }: Held): Promise<void> {
  const otherwise = `the SMSC did not answer enquire_link within ${ANSWER_MS / SECOND} s`;
  while (!signal.aborted) {
    try {
      await clock.sleep(settings.enquireLink, signal);
      const sent = served.unconfirmed();
      await bounded({ clock, ms: ANSWER_MS, signal, otherwise }, () => link.request('enquire_link'));
      // It has read on to our question, so it has read the answers before it.
      served.confirm(sent);
    } catch (error) {
      if (!signal.aborted) link.end(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Answers what is on its way, then unbinds; the connection ends in any case. */
async function sayFarewell(link: Link, { clock, ending, served }: Held): Promise<void> {
  const bound = { clock, ms: FAREWELL_MS, signal: new AbortController().signal, otherwise: 'no answer' };
  ending.abort(new Error('the session is ending'));
  await bounded(bound, async () => {
    await served.idle();
    const sent = served.unconfirmed();
    await link.request('unbind');
    served.confirm(sent);
  }).catch(() => undefined);
  link.end('it was ended by us');
}

export interface SessionParts {
  readonly clock: Clock;
  readonly deliveries: Deliveries;
  readonly accept: Accept;
}
