import { CONTROL_TARGET } from '../../domain/inventory.ts';
import type { AttemptMark } from '../../domain/mark.ts';
import type { CodeResult } from '../../domain/outcome.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { ProbeView } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { ago, due, factorWords, OUTCOME_WORDS, span } from './words.ts';

export const TONES = ['bad', 'warn', 'unsure', 'good', 'idle'] as const;
/** Worst first. */
export type Tone = (typeof TONES)[number];

export interface Sentence {
  readonly tone: Tone;
  readonly text: Html;
}

interface Subject {
  readonly factor: string;
  readonly probes: readonly ProbeView[];
  /** Of these probes, newest first. */
  readonly attempts: readonly AttemptMark[];
  readonly at: EpochMs;
}

/** What is spoken of: a control is no login, and its SMS holds no code that anybody could use. */
function nounsOf({ factor, probes }: Pick<Subject, 'factor' | 'probes'>) {
  const word = factorWords(factor);
  const isControl = probes.length > 0 && probes.every(({ target }) => target === CONTROL_TARGET);
  return isControl
    ? {
        codes: `Control ${word}`,
        code: `control ${word}`,
        logins: `Control ${word}`,
        login: `control ${word}`,
      }
    : { codes: `${word} codes`, code: `${word} code`, logins: `${word} logins`, login: `${word} login` };
}

/** So many codes are what "usually" speaks of. */
export const WINDOW = 20;

/** What was observed of one target's codes, in words. It says what came and what did not, and names no culprit. */
export function describeFactor(subject: Subject): Sentence {
  const newest = subject.attempts[0];
  if (!newest) return { tone: 'idle', text: notYet(subject) };
  const delivered = subject.probes.some((probe) => probe.delivered);
  return delivered ? describeDelivery(subject, newest) : describeLogin(subject, newest);
}

const notYet = (subject: Subject): Html => {
  const { probes, at } = subject;
  const next = Math.min(...probes.map((probe) => probe.nextTickAt ?? Infinity));
  return html`No ${nounsOf(subject).login} has been tried
  yet${Number.isFinite(next) && html`; the next is ${due(next, at)}`}.`;
};

function describeLogin(subject: Subject, newest: AttemptMark): Sentence {
  const { at } = subject;
  const { login, logins } = nounsOf(subject);
  const { outcome, fault, finishedAt } = newest;
  if (outcome === 'ok') {
    return {
      tone: 'good',
      text: html`${logins} work; last one ${ago(finishedAt, at)}.`,
    };
  }
  const tone = fault === 'target' || fault === 'delivery' ? 'bad' : 'unsure';
  const words = OUTCOME_WORDS[outcome].short.toLowerCase();
  return {
    tone,
    text: html`The last ${login} failed ${ago(finishedAt, at)}: ${words}.`,
  };
}

/** Results that tell about the delivery; the others could not be measured. */
const COUNTED: ReadonlySet<CodeResult> = new Set(['on_time', 'late', 'lost', 'unreadable']);

function describeDelivery(subject: Subject, newest: AttemptMark): Sentence {
  const { attempts, at } = subject;
  const settled = attempts
    .filter((attempt) => attempt.code && COUNTED.has(attempt.code.result))
    .slice(0, WINDOW);
  if (settled.length === 0) return describeLogin(subject, newest);
  const missing = settled.findIndex(hasArrived);
  const run = missing === -1 ? settled.length : missing;
  const overdue = subject.probes.flatMap((probe) => probe.inFlight).filter((live) => live.overdue).length;
  const sentence = run === 0 ? describeArrivals(subject, settled) : describeLosses(subject, settled, run);
  const beyond = newest.code === null ? html` ${describeLogin(subject, newest).text}` : null;
  const waiting =
    overdue > 0 && html` ${overdue === 1 ? 'One code is' : `${overdue} codes are`} overdue now.`;
  const worst =
    newest.code === null
      ? worse(sentence.tone, describeLogin({ ...subject, at }, newest).tone)
      : sentence.tone;
  return {
    tone: overdue > 0 ? worse(worst, 'warn') : worst,
    text: html`${sentence.text}${waiting}${beyond}`,
  };
}

export const worse = (a: Tone, b: Tone): Tone => (TONES.indexOf(a) <= TONES.indexOf(b) ? a : b);

const hasArrived = ({ code }: AttemptMark): boolean => code?.result === 'on_time' || code?.result === 'late';
const arrivedAt = (attempt: AttemptMark): EpochMs =>
  (attempt.code?.requestedAt ?? 0) + (attempt.code?.deliveryMs ?? 0);

function describeArrivals(subject: Subject, settled: readonly AttemptMark[]): Sentence {
  const { at } = subject;
  const [last] = settled;
  const lost = settled.filter((attempt) => !hasArrived(attempt));
  const came = last && ago(arrivedAt(last), at);
  const codes = html`${nounsOf(subject).codes} arrive, ${usually(settled)}`;
  if (last?.code?.result === 'late') {
    const took = span(last.code.deliveryMs ?? 0);
    return { tone: 'warn', text: html`${codes}; but the last one, ${came}, was late: it took ${took}.` };
  }
  if (lost.length === 0) return { tone: 'good', text: html`${codes}; last one ${came}.` };
  const share = html`${lost.length} of the last ${settled.length} did not${onOneRoute(lost, settled)}`;
  return { tone: lost.length > 1 ? 'warn' : 'good', text: html`${codes}; last one ${came}; ${share}.` };
}

function describeLosses(subject: Subject, settled: readonly AttemptMark[], run: number): Sentence {
  const { at } = subject;
  const { code, codes } = nounsOf(subject);
  const cameAt = lastArrival(subject, settled);
  const before =
    cameAt === null
      ? html` None of those we know of came.`
      : html` The last one that came was ${ago(cameAt, at)}.`;
  if (run === 1) {
    const what = settled[0]?.code?.result === 'unreadable' ? 'could not be read' : 'was lost';
    return { tone: 'warn', text: html`The last ${code} ${what}.${before}` };
  }
  const lost = settled.slice(0, run);
  return {
    tone: 'bad',
    text: html`${codes} do not arrive: the last ${run} were lost${onOneRoute(lost, settled)}.${before}`,
  };
}

/** Where none of these came: when somebody last got in by one, which is a moment after. */
function lastArrival({ probes }: Subject, settled: readonly AttemptMark[]): EpochMs | null {
  const came = settled.find(hasArrived);
  if (came) return arrivedAt(came);
  const successes = probes.flatMap(({ lastSuccessAt }) => lastSuccessAt ?? []);
  return successes.length === 0 ? null : Math.max(...successes);
}

/** Losses of one route among several are worth a word. */
function onOneRoute(lost: readonly AttemptMark[], all: readonly AttemptMark[]): Html | null {
  const routes = new Set(lost.map((attempt) => attempt.route));
  const [route] = routes;
  const several = new Set(all.map((attempt) => attempt.route)).size > 1;
  return several && routes.size === 1 && lost.length > 1 && route ? html`, all of them on ${route}` : null;
}

/** The median over every code, lost ones counted as endless: over the arrived alone it would flatter. */
function usually(settled: readonly AttemptMark[]): Html {
  const times = settled.map((attempt) =>
    hasArrived(attempt) ? (attempt.code?.deliveryMs ?? Infinity) : Infinity,
  );
  const median = times.sort((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? Infinity;
  return Number.isFinite(median) ? html`usually in ${span(median)}` : html`but most do not`;
}
