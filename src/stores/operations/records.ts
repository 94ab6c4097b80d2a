import type { Selectable } from 'kysely';
import type { Attempt, AttemptPlan } from '../../domain/attempt.ts';
import type { ProviderTime, StoredMessage } from '../../domain/message.ts';
import type { Stamp } from '../../domain/stamp.ts';
import type { MessageRow } from '../schema.ts';

/** The named parsers of what these operations themselves wrote as JSON. */

export const parsePlan = (record: string): AttemptPlan => JSON.parse(record) as AttemptPlan;
export const parseAttempt = (record: string): Attempt => JSON.parse(record) as Attempt;
export const parseStamp = (stamp: string): Stamp => JSON.parse(stamp) as Stamp;
export const parseSenders = (senders: string): string[] => JSON.parse(senders) as string[];
const parseTimes = (times: string): ProviderTime[] => JSON.parse(times) as ProviderTime[];

export const toMessage = (row: Selectable<MessageRow>): StoredMessage => ({
  id: row.id,
  inbox: row.inbox,
  providerId: row.provider_id,
  phone: row.phone,
  attempt: row.attempt,
  disposition: row.disposition,
  from: row.sender,
  arrived: parseStamp(row.arrived),
  uncertaintyMs: row.uncertainty_ms,
  times: parseTimes(row.times),
  redacted: row.redacted === 1,
  sealed: row.sealed === null ? null : Uint8Array.from(Buffer.from(row.sealed, 'base64')),
});
