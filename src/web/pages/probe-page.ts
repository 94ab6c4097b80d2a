import type { Attempt } from '../../domain/attempt.ts';
import { newestMarks, type Marks } from '../../domain/mark.ts';
import type { ProbeView, Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { actions, maintenance } from './actions.ts';
import { attemptsSection } from './attempts-section.ts';
import { asksCode } from './deliveries.ts';
import { deliveryFigure } from './delivery-figure.ts';
import { page, type Viewer } from './layout.ts';
import { facts } from './parts.ts';
import { stateOf } from './probes-section.ts';
import { routeLines } from './route-lines.ts';
import { describeFactor, WINDOW } from './sentence.ts';
import { spanOfTime } from './span-of-time.ts';
import { waitingSection } from './waiting-section.ts';
import { ago, due, factorWords, skipWords, span } from './words.ts';

interface ProbePage {
  readonly snapshot: Snapshot;
  readonly marks: Marks;
  readonly probe: ProbeView;
  /** Newest first. */
  readonly attempts: readonly Attempt[];
  readonly viewer: Viewer;
}

/** One probe: how it does, what it did in the last day, and what can be done to it. */
export function probePage({ snapshot, marks, probe, attempts, viewer }: ProbePage): Html {
  const { at } = snapshot;
  const recent = newestMarks(marks, [probe.name], 2 * WINDOW);
  const { tone, text } = describeFactor({ factor: probe.factor, probes: [probe], attempts: recent, at });
  const own = { ...snapshot, probes: [probe] };
  const body = html`
    <h1>${probe.name}</h1>
    ${viewer.mayAct && html`<div class="actions" data-live="actions">${actions(probe)} ${maintenance(probe)}</div>`}
    <div data-live="summary">
      <section class="card ${tone}">
        <p class="headline">${text}</p>
        ${chart(probe, marks, at)}
        ${routeLines({ name: probe.target, tone, watch: null, headline: null, sentences: [], probes: [probe] }, { snapshot, marks, over: spanOfTime(marks, at) })}
      </section>
      ${factsOf(probe, at)}
    </div>
    <div data-live="waiting">${waitingSection(own)}</div>
    <div data-live="attempts">${attemptsSection(attempts, at)}</div>
  `;
  return page({ title: probe.name, body, snapshot, viewer, live: true });
}

function chart({ name, delivered }: ProbeView, marks: Marks, at: number): Html | null {
  if (!delivered) return null;
  return deliveryFigure({
    query: `probe=${encodeURIComponent(name)}`,
    title: 'Delivery times',
    marks: (marks.get(name) ?? []).filter(asksCode),
    over: spanOfTime(marks, at),
  });
}

const factsOf = (probe: ProbeView, at: number): Html =>
  facts([
    ['Target', html`<a href="/targets/${encodeURIComponent(probe.target)}">${probe.target}</a>`],
    ['Factor', factorWords(probe.factor)],
    ['Flow', probe.flow],
    ['State', stateOf(probe, at)],
    ['Schedule', html`<code>${probe.schedule}</code> ${probe.timezone}`],
    ['Next tick', probe.nextTickAt === null ? 'none' : due(probe.nextTickAt, at)],
    ['Deadline', span(probe.deadlineMs)],
    ['Expiry', span(probe.expiryMs)],
    ['Accounts', probe.accounts.join(', ')],
    ['Phones', probe.phones.length > 0 ? probe.phones.join(', ') : null],
    ['Last skip', probe.lastSkip && lastSkip(probe.lastSkip, at)],
  ]);

const lastSkip = ({ at, reason, detail }: NonNullable<ProbeView['lastSkip']>, now: number): Html =>
  html`${ago(at, now)}: ${skipWords(reason)}${detail && `, ${detail}`}`;
