import type { Fault, Outcome, Skip, Stage } from '../../domain/outcome.ts';
import { DAY, HOUR, MINUTE, SECOND, type EpochMs } from '../../domain/units.ts';
import { html, type Html } from '../html.ts';

interface Wording {
  readonly short: string;
  /** What it means, for those who see it the first time. */
  readonly meaning: string;
}

export const OUTCOME_WORDS = {
  ok: { short: 'OK', meaning: 'The code was accepted, in time.' },
  late: { short: 'Late', meaning: 'The code came after its deadline, but before it expired.' },
  lost: { short: 'Lost', meaning: 'No code came before it would have expired.' },
  code_unreadable: {
    short: 'Unreadable',
    meaning: 'Messages came, but no single code can be read from them.',
  },
  code_rejected: { short: 'Code rejected', meaning: 'The target refused a fresh code.' },
  challenge_missing: {
    short: 'Not asked',
    meaning: 'The target signed the user in without asking for the second factor: a security fault.',
  },
  request_refused: {
    short: 'Request refused',
    meaning: 'The target answered that it could not send the code.',
  },
  login_refused: { short: 'Login refused', meaning: 'The target refused the user name and password.' },
  target_unreachable: {
    short: 'Unreachable',
    meaning: 'The target could not be reached, or answered in a way that the flow does not know.',
  },
  rate_limited: {
    short: 'Rate limited',
    meaning: 'The target asked us to back off: nothing could be measured.',
  },
  redacted: {
    short: 'Redacted',
    meaning: 'The provider of our number hid the code: not the fault of the target.',
  },
  receiver_down: {
    short: 'Receiver down',
    meaning: 'Our inbox could not be read: not the fault of the target.',
  },
  flow_error: { short: 'Flow error', meaning: 'The flow itself failed: not the fault of the target.' },
  aborted: { short: 'Aborted', meaning: 'The monitor stopped before the attempt was over.' },
} satisfies Record<Outcome, Wording>;

/** Never by colour alone: each fault has a sign and a word too. */
export const FAULT_SIGNS = {
  none: { sign: '✓', tone: 'good', owner: 'nobody' },
  delivery: { sign: '✕', tone: 'bad', owner: 'the delivery' },
  target: { sign: '✕', tone: 'bad', owner: 'the target' },
  blocked: { sign: '⊘', tone: 'unsure', owner: 'nobody: we were blocked' },
  receiver: { sign: '?', tone: 'unsure', owner: 'our receiver' },
  monitor: { sign: '?', tone: 'unsure', owner: 'the monitor' },
} as const satisfies Record<Fault, { sign: string; tone: string; owner: string }>;

export const STAGE_WORDS = {
  login: 'log in',
  request_code: 'request code',
  delivery: 'delivery',
  verify: 'verify',
  logout: 'log out',
} satisfies Record<Stage, string>;

/** A skip's reason as words: `no_free_account` reads well enough without its underscores. */
export const skipWords = (skip: Skip): string => skip.replaceAll('_', ' ');

/** `sms` as SMS, `backup-code` as it is. */
export const factorWords = (factor: string): string =>
  /^[a-z]{2,5}$/.test(factor) ? factor.toUpperCase() : factor;

/** An outcome with its sign. */
export function outcomeBadge({ outcome, fault }: { outcome: Outcome; fault: Fault }): Html {
  const { sign, tone } = outcome === 'late' ? { sign: '◷', tone: 'warn' } : FAULT_SIGNS[fault];
  return html`<span class="badge ${tone}"
    ><span class="sign" aria-hidden="true">${sign}</span> ${OUTCOME_WORDS[outcome].short}</span
  >`;
}

/** A duration with two telling digits: `240 ms`, `4.2 s`, `84 s`, `12 min`. */
export function span(ms: number): string {
  const [size, sign] = ms < 0 ? [-ms, '−'] : [ms, ''];
  return sign + unsigned(size);
}

function unsigned(ms: number): string {
  if (ms < 995) return `${Math.round(ms)} ms`;
  if (ms < 9.95 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < 99.5 * SECOND) return `${Math.round(ms / SECOND)} s`;
  if (ms < 99.5 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 47.5 * HOUR) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} d`;
}

/** What has happened: `12 s ago`. Where another clock dates it, it may seem to lie ahead: then it is `just now`. */
export const ago = (at: EpochMs, now: EpochMs): Html => moment('past', at, now);

/** What is to happen: `in 3 min`, or `now` once its time has come. */
export const due = (at: EpochMs, now: EpochMs): Html => moment('future', at, now);

/** As in live.js, which keeps it going; the exact time is in the element. */
const RELATIVE = {
  past: (seconds: number) => (seconds > 0 ? `${whole(seconds)} ago` : 'just now'),
  future: (seconds: number) => (seconds < 0 ? `in ${whole(-seconds)}` : 'now'),
};

function moment(side: keyof typeof RELATIVE, at: EpochMs, now: EpochMs): Html {
  const iso = new Date(at).toISOString();
  const words = RELATIVE[side](Math.round((now - at) / SECOND));
  return html`<time datetime="${iso}" title="${iso}" data-relative="${side}">${words}</time>`;
}

/** How long something has lasted: `12 s`; live.js keeps it going. */
export const lasting = (since: EpochMs, now: EpochMs): Html =>
  html`<b data-since="${since}">${whole(Math.max(0, Math.floor((now - since) / SECOND)))}</b>`;

function whole(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** `2026-01-15 12:00:04 UTC`. */
export const clockTime = (at: EpochMs): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `2026-01-15 12:00:04.300 UTC`. */
export const exactTime = (at: EpochMs): string =>
  `${new Date(at).toISOString().slice(0, 23).replace('T', ' ')} UTC`;
