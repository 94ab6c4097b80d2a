import { newestMarks, type AttemptMark, type Marks } from '../../domain/mark.ts';
import type { ProbeView, Snapshot, WatchView } from '../../ports/operations.ts';
import { html } from '../html.ts';
import { describeFactor, TONES, WINDOW, worse, type Sentence, type Tone } from './sentence.ts';
import type { SpanOfTime } from './span-of-time.ts';
import { verdictSentence } from './verdict-words.ts';

/** Never by colour alone: each tone has a sign and a word too. */
export const SIGNS = {
  good: { sign: '✓', word: 'fine' },
  warn: { sign: '◷', word: 'attention' },
  bad: { sign: '✕', word: 'trouble' },
  unsure: { sign: '?', word: 'not measured' },
  idle: { sign: '…', word: 'nothing certain yet' },
} satisfies Record<Tone, { sign: string; word: string }>;

/** What a page shows of all targets and probes. */
export interface Scene {
  readonly snapshot: Snapshot;
  readonly marks: Marks;
  readonly over: SpanOfTime;
}

/** One target as people see it. */
export interface TargetLook {
  readonly name: string;
  readonly tone: Tone;
  readonly watch: WatchView | null;
  /** What a manager reads: the verdict's sentence, or while all is well, how the codes do; null without a verdict. */
  readonly headline: Sentence | null;
  /** What the headline does not say already: one for each factor that is probed. */
  readonly sentences: readonly Sentence[];
  readonly probes: readonly ProbeView[];
}

/** The probes of each target; those of our own under the name of controls. */
export function probesByTarget({ probes }: Pick<Snapshot, 'probes'>): ReadonlyMap<string, ProbeView[]> {
  return Map.groupBy(probes, ({ target }) => target);
}

export function lookAt(
  { watch: watches, at }: Pick<Snapshot, 'watch' | 'at'>,
  marks: Marks,
  { name, probes }: { readonly name: string; readonly probes: readonly ProbeView[] },
): TargetLook {
  const watch = Object.hasOwn(watches, name) ? (watches[name] ?? null) : null;
  const sends = probes.some((probe) => probe.delivered);
  const told = describeFactors(probes, marks, at);
  const verdict = watch && verdictSentence(watch, sends);
  const tone = toneOf(watch, verdict, told);
  const look = { name, watch, probes, tone };
  const [first, ...others] = told;
  const isCalm = watch?.verdict.cause === 'healthy' && (first?.tone === 'good' || first?.tone === 'warn');
  return isCalm && first
    ? { ...look, headline: first, sentences: others }
    : { ...look, headline: verdict, sentences: told };
}

/** A named fault says whose trouble it is: lost codes are none of the target's when our receiver is down. */
function toneOf(watch: WatchView | null, verdict: Sentence | null, sentences: readonly Sentence[]): Tone {
  const isNamed = watch && watch.verdict.cause !== 'healthy' && watch.verdict.cause !== 'inconclusive';
  if (isNamed && verdict) return verdict.tone;
  return sentences.reduce<Tone>((worst, { tone }) => worse(worst, tone), verdict?.tone ?? 'idle');
}

/** Worst first. */
export const byTrouble = (looks: readonly TargetLook[]): TargetLook[] =>
  looks.toSorted((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone));

/** One for each factor, those whose codes are delivered first. */
function describeFactors(probes: readonly ProbeView[], marks: Marks, at: number): Sentence[] {
  const factors = [...Map.groupBy(probes, ({ factor }) => factor)];
  if (factors.length === 0) return [{ tone: 'idle', text: html`No probe watches it.` }];
  return factors
    .toSorted(([, a], [, b]) => Number(isDelivered(b)) - Number(isDelivered(a)))
    .map(([factor, own]) =>
      describeFactor({
        factor,
        probes: own,
        attempts: newestMarks(
          marks,
          own.map((probe) => probe.name),
          2 * WINDOW,
        ),
        at,
      }),
    );
}

const isDelivered = (probes: readonly ProbeView[]): boolean => probes.some(({ delivered }) => delivered);

/** All marks of some probes, in no order across probes. */
export const marksOf = (marks: Marks, probes: readonly ProbeView[]): AttemptMark[] =>
  probes.flatMap((probe) => marks.get(probe.name) ?? []);
