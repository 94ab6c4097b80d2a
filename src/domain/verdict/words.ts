import type { EpochMs } from '../units.ts';
import type { Cause } from './cause.ts';
import type { Fresh, VerdictEvidence } from './fresh.ts';
import type { Observation } from './observation.ts';
import type { Blame } from './posterior.ts';

export interface Decision {
  readonly cause: Cause;
  readonly subject: string | null;
  readonly missing: readonly string[];
}

export interface Grounds {
  readonly evidence: VerdictEvidence;
  readonly fresh: Fresh;
  readonly blames: readonly Blame[];
}

/**
 * `SMS codes: 5 of 5 lost on 3 of 3 carriers since 14:02; authenticator app ok 14:11; control SMS ok 14:10 -> the
 * target's code sender`. Times are UTC.
 */
export function wordsOf(decision: Decision, grounds: Grounds): string {
  const { fresh } = grounds;
  const said = [
    smsClause(grounds),
    ownClause(grounds),
    controlClause(grounds),
    inboxClause(grounds),
    canaryClause(grounds),
    ...fresh.refusedAccounts.map((account) => `account ${account} was refused: check its password`),
  ].filter((clause) => clause !== null);
  return [`${said.join('; ')} -> ${conclusion(decision, grounds.blames)}`, ...decision.missing].join('; ');
}

function smsClause(grounds: Grounds): string | null {
  const { evidence, fresh } = grounds;
  const { phones } = evidence.estate;
  if (!phones.some(({ takesCodes }) => takesCodes)) return null;
  const since = sinceWhen(grounds);
  const seen = fresh.observations.filter(({ kind }) => kind === 'sms');
  if (seen.length === 0) return `SMS codes: none measured ${since}`;
  const failed = seen.filter(({ reading }) => reading !== 'ok');
  if (failed.length === 0) return `SMS codes: ${seen.length} of ${seen.length} on time ${since}`;
  const carrierOf = new Map(phones.map(({ name, carrier }) => [name, carrier]));
  const carriers = (some: readonly Observation[]): number =>
    new Set(some.map(({ phone }) => carrierOf.get(phone ?? ''))).size;
  const where = `on ${carriers(failed)} of ${plural(carriers(seen), 'carrier')}`;
  return `SMS codes: ${failed.length} of ${seen.length} ${howFailed(failed)} ${where} ${since}`;
}

/** A long outage is told from its beginning, although only its last hour is counted. */
function sinceWhen({ evidence, fresh }: Grounds): string {
  const began = evidence.outage?.since ?? fresh.since;
  const since = `since ${clock(began, evidence.at)}`;
  return began < fresh.since ? `in the last hour, failing ${since}` : since;
}

/** One way of failing by its name, several with their numbers. */
function howFailed(failed: readonly Observation[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of failed) counts.set(ENDS[outcome], (counts.get(ENDS[outcome]) ?? 0) + 1);
  const [only, ...others] = counts.keys();
  if (only !== undefined && others.length === 0) return only;
  return `failed (${[...counts].map(([end, count]) => `${count} ${end}`).join(', ')})`;
}

function ownClause({ evidence, fresh }: Grounds): string | null {
  if (!evidence.estate.hasOwnFactor) return null;
  const seen = fresh.observations.filter(({ kind }) => kind === 'own');
  const last = seen.at(-1);
  if (!last) return 'no login without SMS yet';
  return tally(FACTOR_WORDS[last.factor] ?? `factor ${last.factor}`, seen, evidence.at);
}

const FACTOR_WORDS: Readonly<Record<string, string>> = {
  totp: 'authenticator app',
  'backup-code': 'backup code',
};

function controlClause({ evidence, fresh }: Grounds): string | null {
  if (!evidence.estate.phones.some(({ takesControls }) => takesControls)) return null;
  const seen = fresh.observations.filter(({ kind }) => kind === 'control');
  return seen.length === 0 ? 'no control SMS yet' : tally('control SMS', seen, evidence.at);
}

function inboxClause({ evidence, fresh }: Grounds): string | null {
  const failed = fresh.observations.filter(({ kind }) => kind === 'inbox');
  if (failed.length === 0) return null;
  const inboxOf = new Map(evidence.estate.phones.map(({ name, inbox }) => [name, inbox]));
  const since = new Map<string, EpochMs>();
  for (const { phone, at } of failed) {
    const inbox = inboxOf.get(phone ?? '') ?? '';
    since.set(inbox, Math.min(at, since.get(inbox) ?? at));
  }
  return [...since]
    .map(([inbox, at]) => `inbox ${inbox} unreadable since ${clock(at, evidence.at)}`)
    .join('; ');
}

function canaryClause({ evidence, fresh }: Grounds): string | null {
  const down = fresh.observations.findLast(({ kind, reading }) => kind === 'canary' && reading === 'down');
  return down ? `neutral site unreachable ${clock(down.at, evidence.at)}` : null;
}

/** `ok 14:11`, `lost 14:11`, or `1 of 3 ok, last 14:11`. */
function tally(what: string, seen: readonly Observation[], now: EpochMs): string {
  const last = seen.at(-1);
  if (!last) return what;
  const ok = seen.filter(({ reading }) => reading === 'ok').length;
  const when = clock(last.at, now);
  if (ok === seen.length) return `${what} ok ${when}`;
  if (ok === 0) return `${what} ${howFailed(seen)} ${when}`;
  return `${what} ${ok} of ${seen.length} ok, last ${when}`;
}

const ENDS = {
  ok: 'ok',
  slow: 'slow',
  late: 'late',
  lost: 'lost',
  code_unreadable: 'unreadable',
  code_rejected: 'rejected',
  challenge_missing: 'not asked for',
  request_refused: 'refused by the target',
  login_refused: 'refused at the login',
  target_unreachable: 'unanswered by the target',
  rate_limited: 'blocked',
  redacted: 'hidden by the provider',
  receiver_down: 'not readable by us',
  flow_error: 'broken off',
  aborted: 'broken off',
} as const satisfies Record<Observation['outcome'], string>;

function conclusion({ cause, subject }: Decision, blames: readonly Blame[]): string {
  if (cause !== 'inconclusive') return NAMES[cause](subject);
  const probable = blames
    .filter(({ posterior }) => posterior >= 0.05)
    .slice(0, 3)
    .map((blame) => `${NAMES[blame.cause](blame.subject)} ${Math.round(100 * blame.posterior)} %`);
  return `inconclusive (${probable.join(', ')})`;
}

type Name = (subject: string | null) => string;

const NAMES: Readonly<Record<Exclude<Cause, 'inconclusive'>, Name>> = {
  healthy: () => 'healthy',
  login: () => "the target's login",
  code_sender: () => "the target's code sender",
  carrier: (subject) => (subject === null ? 'a carrier' : `carrier ${subject}`),
  number: (subject) => `our number ${subject ?? ''}`.trimEnd(),
  number_blocked: (subject) =>
    subject === null
      ? 'a number that the target does not send to'
      : `number ${subject}, which the target does not send to`,
  receiver: (subject) => (subject === null ? 'our receiver' : `our receiver, inbox ${subject}`),
  control_sender: () => 'the sender of our controls',
  clock: () => 'the clock behind our authenticator codes',
  monitor: () => 'the monitor itself',
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The time of day in UTC, with the date when it is another day than now. */
function clock(at: EpochMs, now: EpochMs): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const today = new Date(now).toISOString().slice(0, 10);
  return day === today ? time.slice(0, 5) : `${day} ${time.slice(0, 5)}`;
}
