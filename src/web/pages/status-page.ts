import type { Attempt } from '../../domain/attempt.ts';
import { CONTROL_TARGET } from '../../domain/inventory.ts';
import type { Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { attemptsSection } from './attempts-section.ts';
import { machinerySections } from './machinery-sections.ts';
import { page } from './layout.ts';
import { probesSection } from './probes-section.ts';
import { describeFactor, worse, type Sentence, type Tone } from './sentence.ts';
import { waitingSection } from './waiting-section.ts';

export interface StatusView {
  readonly snapshot: Snapshot;
  /** Stored attempts, newest first. */
  readonly attempts: readonly Attempt[];
  readonly mayAct: boolean;
  readonly mayLogOut: boolean;
}

const SHOWN_ATTEMPTS = 30;

export function statusPage({ snapshot, attempts, mayAct, mayLogOut }: StatusView): Html {
  const body = html`
    <h1 class="unseen">Status</h1>
    ${readiness(snapshot)}
    <div class="targets" data-live="targets">${targetCards(snapshot, attempts)}</div>
    <div data-live="waiting">${waitingSection(snapshot)}</div>
    <div data-live="probes">${probesSection(snapshot, mayAct)}</div>
    <div data-live="attempts">${attemptsSection(attempts.slice(0, SHOWN_ATTEMPTS), snapshot.at)}</div>
    <div class="machinery" data-live="machinery">${machinerySections(snapshot)}</div>
  `;
  return page({ title: 'Status', body, snapshot, mayLogOut, live: true });
}

const readiness = ({ ready }: Snapshot): Html =>
  html`<div data-live="ready">
    ${
      !ready.ok &&
      html`<section class="notice bad" role="alert">
        <h2>Not ready</h2>
        <ul>
          ${ready.reasons.map((reason) => html`<li>${reason}</li>`)}
        </ul>
      </section>`
    }
  </div>`;

/** Each target, and our own receive path when there are controls. */
function targetCards(snapshot: Snapshot, attempts: readonly Attempt[]): Html[] {
  const { inventory, probes } = snapshot;
  const cards = inventory.targets.map(({ name, url }) =>
    card(name, url, sentencesOf(snapshot, attempts, name)),
  );
  if (probes.some((probe) => probe.target === CONTROL_TARGET)) {
    cards.push(
      card('Receive path', 'our own SMS to our own phones', sentencesOf(snapshot, attempts, CONTROL_TARGET)),
    );
  }
  return cards;
}

const SIGNS = {
  good: { sign: '✓', word: 'fine' },
  warn: { sign: '◷', word: 'attention' },
  bad: { sign: '✕', word: 'trouble' },
  unsure: { sign: '?', word: 'not measured' },
  idle: { sign: '…', word: 'nothing yet' },
} satisfies Record<Tone, { sign: string; word: string }>;

function card(name: string, subtitle: string, sentences: readonly Sentence[]): Html {
  const tone = sentences.reduce<Tone>((worst, sentence) => worse(worst, sentence.tone), 'idle');
  return html`<section class="card ${tone}">
    <h2>
      <span class="sign" aria-hidden="true">${SIGNS[tone].sign}</span> ${name}
      <small class="tone">${SIGNS[tone].word}</small>
    </h2>
    <p class="faint">${subtitle}</p>
    ${sentences.map(({ tone: own, text }) => html`<p class="sentence ${own}">${text}</p>`)}
  </section>`;
}

/** One sentence for each factor that is probed on the target. */
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
