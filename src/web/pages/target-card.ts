import type { Attempt } from '../../domain/attempt.ts';
import { CONTROL_TARGET } from '../../domain/inventory.ts';
import type { Snapshot, WatchView } from '../../ports/operations.ts';
import { html, type Content, type Html } from '../html.ts';
import { detectorLines } from './detector-lines.ts';
import { describeFactor, TONES, worse, type Sentence, type Tone } from './sentence.ts';
import { verdictBlock } from './verdict-block.ts';
import { verdictSentence } from './verdict-words.ts';

/** Never by colour alone: each tone has a sign and a word too. */
export const SIGNS = {
  good: { sign: '✓', word: 'fine' },
  warn: { sign: '◷', word: 'attention' },
  bad: { sign: '✕', word: 'trouble' },
  unsure: { sign: '?', word: 'not measured' },
  idle: { sign: '…', word: 'nothing certain yet' },
} satisfies Record<Tone, { sign: string; word: string }>;

/** One target as people see it. */
export interface TargetLook {
  readonly name: string;
  readonly tone: Tone;
  readonly watch: WatchView | null;
  /** The verdict's; null where there is none. */
  readonly headline: Sentence | null;
  /** One for each factor that is probed. */
  readonly sentences: readonly Sentence[];
}

export function lookAt(snapshot: Snapshot, attempts: readonly Attempt[], name: string): TargetLook {
  const { watch: watches, probes } = snapshot;
  const watch = Object.hasOwn(watches, name) ? (watches[name] ?? null) : null;
  const sends = probes.some((probe) => probe.target === name && probe.delivered);
  const headline = watch && verdictSentence(watch, sends);
  const sentences = sentencesOf(snapshot, attempts, name);
  return { name, watch, headline, sentences, tone: toneOf(watch, headline, sentences) };
}

/** A named fault says whose trouble it is: lost codes are none of the target's when our receiver is down. */
function toneOf(watch: WatchView | null, headline: Sentence | null, sentences: readonly Sentence[]): Tone {
  const isNamed = watch && watch.verdict.cause !== 'healthy' && watch.verdict.cause !== 'inconclusive';
  if (isNamed && headline) return headline.tone;
  return sentences.reduce<Tone>((worst, { tone }) => worse(worst, tone), headline?.tone ?? 'idle');
}

/** Each target, and our own receive path when there are controls. */
export function targetCards(
  looks: readonly TargetLook[],
  snapshot: Snapshot,
  attempts: readonly Attempt[],
): Html {
  const urls = new Map(snapshot.inventory.targets.map(({ name, url }) => [name, url]));
  const cards = looks.map((look) => {
    const title = html`<a href="/targets/${encodeURIComponent(look.name)}">${look.name}</a>`;
    return card(title, urls.get(look.name), look, targetBody(look, snapshot, looks.length > MANY));
  });
  return html`<div class="targets">${cards}</div>
    ${receivePath(snapshot, attempts)}`;
}

function receivePath(snapshot: Snapshot, attempts: readonly Attempt[]): Html | null {
  if (!snapshot.probes.some(({ target }) => target === CONTROL_TARGET)) return null;
  const look = lookAt(snapshot, attempts, CONTROL_TARGET);
  return card('Receive path', 'our own SMS to our own phones', look, factorLines(look));
}

/** With more targets than this, calm ones are told in short. */
const MANY = 6;

export const byTrouble = (looks: readonly TargetLook[]): TargetLook[] =>
  looks.toSorted((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone));

export const targetBody = (look: TargetLook, { at }: Snapshot, isShort: boolean): Html =>
  html`<div class="body">
    <div>
      ${look.watch && look.headline && verdictBlock(look.watch, look.headline, at)} ${factorLines(look)}
    </div>
    ${look.watch && detectorLines(look.watch, at, isShort)}
  </div>`;

const factorLines = ({ sentences }: TargetLook): Html[] =>
  sentences.map(({ tone, text }) => html`<p class="sentence ${tone}">${text}</p>`);

const card = (title: Content, subtitle: string | undefined, { tone }: TargetLook, body: Content): Html =>
  html`<section class="card ${tone}">
    <h2>
      <span class="sign" aria-hidden="true">${SIGNS[tone].sign}</span> ${title}
      <small class="tone">${SIGNS[tone].word}</small>
    </h2>
    <p class="faint">${subtitle}</p>
    ${body}
  </section>`;

function sentencesOf({ probes, at }: Snapshot, attempts: readonly Attempt[], target: string): Sentence[] {
  const own = probes.filter((probe) => probe.target === target);
  const factors = [...new Set(own.map((probe) => probe.factor))];
  if (factors.length === 0) return [{ tone: 'idle', text: html`No probe watches it.` }];
  return factors.map((factor) =>
    describeFactor({
      factor,
      probes: own.filter((probe) => probe.factor === factor),
      attempts: attempts.filter((attempt) => attempt.target === target && attempt.factor === factor),
      at,
    }),
  );
}
