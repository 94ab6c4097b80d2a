import { createHash } from 'node:crypto';
import { matchMessage, type Match, type PhoneState } from '../../domain/matching.ts';
import { elapsedMs } from '../../domain/stamp.ts';
import type { StoredMessage } from '../../domain/message.ts';
import { maskSender, type EpochMs } from '../../domain/units.ts';
import type { MessageEntry, RecordAnswer } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { phoneState } from './phones.ts';
import { parseAttempt, toMessage } from './records.ts';

type AfterExpiry = Extract<RecordAnswer, { kind: 'recorded' }>['afterExpiry'];

export async function record(db: Database, entry: MessageEntry): Promise<RecordAnswer> {
  const { message, phone, sealed } = entry;
  const known = await db
    .selectFrom('messages')
    .select('id')
    .where('inbox', '=', message.inbox)
    .where('provider_id', '=', message.providerId)
    .executeTakeFirst();
  if (known) return { kind: 'known' };
  const state = phone === null ? null : await phoneState(db, phone);
  const match = matchMessage(message, state);
  if (match.to === 'attempt' && state?.armed && sealed?.attempt !== match.attempt) {
    return { kind: 'seal', attempt: match.attempt, publicKey: state.armed.publicKey };
  }
  const { attempt } = match;
  const disposition = match.to === 'account' ? match.disposition : null;
  const id = await insert(db, entry, match);
  const afterExpiry = disposition === 'late' ? await givenUp(db, entry, state) : null;
  return { kind: 'recorded', id, attempt, disposition, afterExpiry };
}

async function insert(db: Database, { message, phone, sealed }: MessageEntry, match: Match): Promise<string> {
  const id = messageId(message.inbox, message.providerId);
  const waits = match.to === 'attempt';
  await db
    .insertInto('messages')
    .values({
      id,
      inbox: message.inbox,
      provider_id: message.providerId,
      phone,
      attempt: match.attempt,
      disposition: waits ? null : match.disposition,
      sender: maskSender(message.from),
      arrived_at: message.arrived.at,
      arrived: JSON.stringify(message.arrived),
      uncertainty_ms: message.uncertaintyMs,
      times: JSON.stringify(message.times),
      redacted: message.redacted ? 1 : 0,
      sealed: waits && sealed ? Buffer.from(sealed.box).toString('base64') : null,
    })
    .execute();
  return id;
}

/** The same message has the same id wherever and whenever it is recorded. */
const messageId = (inbox: string, providerId: string): string =>
  createHash('sha256')
    .update(JSON.stringify([inbox, providerId]))
    .digest('hex')
    .slice(0, 32);

/** Whose code it was, if that was lost or past its expiry; an attempt that merely died did not wait that long. */
async function givenUp(
  db: Database,
  { message }: MessageEntry,
  state: PhoneState | null,
): Promise<AfterExpiry> {
  const last = state?.last;
  if (!last) return null;
  const row = await db
    .selectFrom('attempts')
    .select('record')
    .where('id', '=', last.attempt)
    .executeTakeFirst();
  if (!row) return null;
  const { probe, target, route, code, expiryMs } = parseAttempt(row.record);
  const expired = code?.result === 'lost' || elapsedMs(last.requested, message.arrived) > expiryMs;
  return expired ? { probe, target, route } : null;
}

/** Read or not; the order is that of arrival. */
export async function addressed(
  db: Database,
  { attempt }: { readonly attempt: string },
): Promise<StoredMessage[]> {
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('attempt', '=', attempt)
    .orderBy('arrived_at')
    .orderBy('id')
    .execute();
  return rows.map(toMessage);
}

export async function lastArrivals(
  db: Database,
  _none: Readonly<Record<string, never>>,
): Promise<Record<string, EpochMs>> {
  const rows = await db
    .selectFrom('messages')
    .select((eb) => ['inbox', eb.fn.max<EpochMs>('arrived_at').as('at')])
    .groupBy('inbox')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.inbox, row.at]));
}
