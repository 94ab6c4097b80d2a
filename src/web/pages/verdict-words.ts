import type { Hypothesis } from '../../domain/detector/hypothesis.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Cause } from '../../domain/verdict/cause.ts';
import type { DetectorView, WatchView } from '../../ports/operations.ts';
import { html, type Content, type Html } from '../html.ts';
import type { Sentence, Tone } from './sentence.ts';

type SeenVerdict = WatchView['verdict'];

interface Scene {
  /** Which carrier, phone or inbox it is; null: not certain, or there is only one. */
  readonly subject: string | null;
  /** What happens to the codes. */
  readonly effect: string;
  /** Whether the target sends codes at all. */
  readonly sends: boolean;
}

interface Wording {
  readonly tone: Tone;
  /** In a list of changes. */
  readonly short: string;
  /** For somebody who has never heard of detectors. */
  readonly sentence: (scene: Scene) => Content;
}

/** Tones follow whose trouble it is: users', one way's, or only ours. */
export const CAUSE_WORDS = {
  healthy: {
    tone: 'good',
    short: 'healthy',
    sentence: ({ sends }) => (sends ? 'Codes arrive and logins work.' : 'Logins work.'),
  },
  login: {
    tone: 'bad',
    short: 'login broken',
    sentence: ({ sends }) => html`The login itself is broken${sends && ', with SMS codes and without'}.`,
  },
  code_sender: {
    tone: 'bad',
    short: 'code sender broken',
    sentence: ({ effect }) => html`${effect}: the target’s code sender is broken.`,
  },
  carrier: {
    tone: 'bad',
    short: 'carrier broken',
    sentence: ({ subject, effect }) =>
      subject === null
        ? html`${effect} on one way: a carrier is broken, not the target.`
        : html`${effect} through <b>${subject}</b>: this carrier is broken, not the target.`,
  },
  number: {
    tone: 'warn',
    short: 'our number broken',
    sentence: ({ subject }) => html`${ourNumber(subject)} does not get its codes; other numbers do.`,
  },
  number_blocked: {
    tone: 'warn',
    short: 'number not sent to',
    sentence: ({ subject }) =>
      html`${ourNumber(subject)} gets no codes because the target does not send to it; other numbers do.`,
  },
  receiver: {
    tone: 'unsure',
    short: 'our receiver broken',
    sentence: ({ subject }) =>
      html`We do not receive our messages${subject !== null && html` at inbox <b>${subject}</b>`}: the fault
      is ours, not the target’s.`,
  },
  control_sender: {
    tone: 'unsure',
    short: 'our control sender broken',
    sentence: () => 'Our own control SMS are not sent; the target’s codes are not affected.',
  },
  clock: {
    tone: 'unsure',
    short: 'clock wrong',
    sentence: () => 'A clock behind our authenticator codes is wrong; SMS codes are not affected.',
  },
  monitor: {
    tone: 'unsure',
    short: 'monitor in trouble',
    sentence: () => 'The monitor itself is in trouble: nothing can be said of the target.',
  },
  inconclusive: {
    tone: 'idle',
    short: 'not decided',
    sentence: () => 'Not enough has been measured yet to say that all is well.',
  },
} satisfies Record<Cause, Wording>;

const ourNumber = (subject: string | null): Html =>
  subject === null ? html`One of our numbers` : html`Our number <b>${subject}</b>`;

/** `healthy`, `carrier broken: carrier-a`. */
export const causeWords = ({ cause, subject }: { cause: Cause; subject: string | null }): string =>
  subject === null ? CAUSE_WORDS[cause].short : `${CAUSE_WORDS[cause].short}: ${subject}`;

/** An alarm's hypothesis is a hint: much slower codes often look like a part that is lost. */
const EFFECTS = {
  loss: 'SMS codes do not arrive',
  partial: 'Many SMS codes do not arrive in time',
  slow: 'SMS codes come late',
} satisfies Record<Hypothesis, string>;

/** What the verdict means, in one sentence. */
export function verdictSentence({ verdict, detectors }: WatchView, sends: boolean): Sentence {
  const alarm = detectors.find(({ status }) => status === 'ALARM');
  const effect = alarm ? EFFECTS[alarm.hypothesis ?? 'loss'] : 'SMS codes fail';
  const { cause, subject } = verdict;
  if (cause === 'inconclusive') return undecided(detectors, alarm ? effect : null);
  const { tone, sentence } = CAUSE_WORDS[cause];
  return { tone, text: html`${sentence({ subject, effect, sends })}` };
}

function undecided(detectors: readonly DetectorView[], effect: string | null): Sentence {
  if (effect !== null)
    return { tone: 'bad', text: html`${effect}; the evidence does not yet tell who is to blame.` };
  if (detectors.some(({ status }) => status === 'SUSPECT'))
    return { tone: 'warn', text: html`Codes fail; more are asked for before anybody is blamed.` };
  const { tone, sentence } = CAUSE_WORDS.inconclusive;
  return { tone, text: html`${sentence()}` };
}

export interface Evidence {
  /** What was seen, a clause each. */
  readonly seen: readonly string[];
  /** For a verdict that abstains: what is most probable; else null. */
  readonly probable: string | null;
}

/** Takes the line `seen; seen -> conclusion; missing` apart again: the page says the rest in its own way. */
export function evidenceOf({ words, missing }: Pick<SeenVerdict, 'words' | 'missing'>): Evidence {
  const [seen = '', conclusion = ''] = words.split(' -> ', 2);
  const advice = missing.map((one) => `; ${one}`).join('');
  const end = conclusion.endsWith(advice)
    ? conclusion.slice(0, conclusion.length - advice.length)
    : conclusion;
  return {
    seen: seen.split('; ').filter((clause) => clause !== ''),
    probable: /^inconclusive \((.+)\)$/.exec(end)?.[1] ?? null,
  };
}

/** Never a certainty that nobody has. */
export function percent(share: number): string {
  if (share >= 0.995) return 'over 99 %';
  return share < 0.01 ? 'under 1 %' : `${Math.round(100 * share)} %`;
}

/** `14:02 UTC`, with the date when it is another day than now. */
export function timeOfDay(at: EpochMs, now: EpochMs): Html {
  const iso = new Date(at).toISOString();
  const isToday = iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  const text = `${isToday ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 16)} UTC`;
  return html`<time datetime="${iso}" title="${iso}">${text}</time>`;
}
