import { z } from 'zod';
import { AttemptFailure } from '../domain/failure.ts';
import type { InboundMessage } from '../domain/message.ts';
import { elapsedMs, type Stamp } from '../domain/stamp.ts';
import { MINUTE, SECOND, type EpochMs } from '../domain/units.ts';
import type { Inbox, InboxDeps } from '../ports/inbox.ts';
import { openTwilio, readTwilioProblem, type TwilioAccount, type TwilioProblem } from '../vendors/twilio.ts';
import { readNumber, readProviderId, readSender } from './inbound-fields.ts';
import { dateArrival } from './poll-arrival.ts';
import { isRedacted } from './twilio-redaction.ts';

/**
 * Each look goes back this far behind the one before. Twilio's dates are whole seconds of another clock, its list
 * may lag, and what was found is handed over again in the meantime, should the store have been down; the store knows
 * a message by its id.
 */
const OVERLAP_MS = 5 * MINUTE;
/** What came while we were down is looked up too: a phone rests ten minutes after a lost code. */
const FIRST_LOOK_MS = 15 * MINUTE;
const PAGE_SIZE = 200;
const MAX_LISTED = 1000;

export interface TwilioPollSettings extends TwilioAccount {
  readonly reconcile: number;
}

/** Finds the incoming messages that no webhook brought, in Twilio's list of messages. */
export function createTwilioPoll(settings: TwilioPollSettings, deps: InboxDeps): NonNullable<Inbox['poll']> {
  let previous: Stamp | null = null;
  let found: ReadonlyMap<string, InboundMessage> = new Map();

  async function fetch(signal: AbortSignal): Promise<readonly InboundMessage[]> {
    const started = deps.stamp();
    const backMs = previous === null ? FIRST_LOOK_MS : elapsedMs(previous, started) + OVERLAP_MS;
    const since = started.at - backMs;
    const listed = await list(settings, since, signal);
    if (listed.length >= MAX_LISTED) {
      deps.logger.log('warn', 'inbox_poll_cut', { inbox: deps.name, listed: listed.length });
    }
    const now = deps.stamp();
    const messages = listed.flatMap((entry) => {
      const read = readEntry(entry);
      if (!read || read.sentAt < since - SECOND) return [];
      const { sentAt, ...message } = read;
      return [
        found.get(read.providerId) ?? { inbox: deps.name, ...message, ...dateArrival(sentAt, previous, now) },
      ];
    });
    found = new Map(messages.map((message) => [message.providerId, message]));
    previous = started;
    return messages;
  }

  return { everyMs: settings.reconcile, fetch };
}

async function list(settings: TwilioPollSettings, since: EpochMs, signal: AbortSignal): Promise<unknown[]> {
  try {
    const client = await openTwilio(settings, signal);
    return await client.messages.list({
      dateSentAfter: new Date(since),
      pageSize: PAGE_SIZE,
      limit: MAX_LISTED,
    });
  } catch (error) {
    const problem = readTwilioProblem(error, signal);
    const message = `cannot list Twilio's messages: ${problem.found}; ${remedy(problem)}`;
    throw new AttemptFailure('receiver_down', message, { cause: error });
  }
}

function remedy({ status }: TwilioProblem): string {
  if (status === 401 || status === 403) return 'check accountSid and authToken';
  if (status === 404) return 'check accountSid and apiUrl';
  if (status === 429) return 'raise reconcile, or lower what else uses the account';
  if (status === null) return "check this host's way to the internet, and apiUrl";
  return 'see https://status.twilio.com';
}

const Entry = z.object({
  sid: z.string(),
  direction: z.literal('inbound'),
  to: z.string(),
  from: z.string(),
  body: z.string().nullish(),
  dateSent: z.date().nullish().catch(null),
  dateCreated: z.date().nullish().catch(null),
  errorCode: z.unknown(),
});

type ReadEntry = Pick<InboundMessage, 'providerId' | 'to' | 'from' | 'body' | 'redacted'> & {
  readonly sentAt: EpochMs;
};

/** Null for what was sent, not received, and for what is not to numbers. The list cannot be narrowed to one direction. */
function readEntry(entry: unknown): ReadEntry | null {
  const { success, data } = Entry.safeParse(entry);
  if (!success) return null;
  const providerId = readProviderId(data.sid);
  const to = readNumber(data.to);
  const from = readSender(data.from);
  const date = data.dateSent ?? data.dateCreated;
  if (providerId === null || to === null || from === null || !date) return null;
  const body = data.body ?? '';
  const redacted = isRedacted({ code: data.errorCode, text: body });
  return { providerId, to, from, body, redacted, sentAt: date.getTime() };
}
