import type { Attempt } from '../../domain/attempt.ts';
import { CONTROL_TARGET } from '../../domain/inventory.ts';
import type { Marks } from '../../domain/mark.ts';
import type { Snapshot, VerdictChange } from '../../ports/operations.ts';
import { html, type Content, type Html } from '../html.ts';
import { attemptsSection } from './attempts-section.ts';
import { machinerySections } from './machinery-sections.ts';
import { page, type Viewer } from './layout.ts';
import { probesSection } from './probes-section.ts';
import { spanOfTime } from './span-of-time.ts';
import { receivePath, targetCards } from './target-card.ts';
import { byTrouble, lookAt, probesByTarget, type TargetLook } from './target-look.ts';
import { verdictChanges } from './verdict-changes.ts';
import { waitingSection } from './waiting-section.ts';

export interface StatusView {
  readonly snapshot: Snapshot;
  readonly marks: Marks;
  /** Stored attempts, newest first. */
  readonly attempts: readonly Attempt[];
  /** Of all targets, newest first. */
  readonly changes: readonly VerdictChange[];
  /** What stands above everything else; null: nothing. */
  readonly notice: Content;
  readonly viewer: Viewer;
}

export function statusPage({ snapshot, marks, attempts, changes, notice, viewer }: StatusView): Html {
  const own = probesByTarget(snapshot);
  const scene = { snapshot, marks, over: spanOfTime(marks, snapshot.at) };
  const looks = byTrouble(
    snapshot.inventory.targets.map(({ name }) =>
      lookAt(snapshot, marks, { name, probes: own.get(name) ?? [] }),
    ),
  );
  const body = html`
    <h1 class="unseen">Status</h1>
    ${notice} ${readiness(snapshot)}
    <div data-live="targets">
      ${summary(looks)} ${targetCards(looks, scene)} ${receivePath(own.get(CONTROL_TARGET) ?? [], scene)}
    </div>
    <div data-live="waiting">${waitingSection(snapshot)}</div>
    <div data-live="changes">${verdictChanges(changes, snapshot.at, { isOneTarget: false })}</div>
    <div data-live="probes">${probesSection(snapshot, viewer.mayAct)}</div>
    <div data-live="attempts">${attemptsSection(attempts, snapshot.at)}</div>
    <div class="machinery" data-live="machinery">${machinerySections(snapshot)}</div>
  `;
  return page({ title: titleOf(looks), body, snapshot, viewer, live: true });
}

const troubled = (looks: readonly TargetLook[]): TargetLook[] => looks.filter(({ tone }) => tone === 'bad');

/** A tab in the background tells it too. */
function titleOf(looks: readonly TargetLook[]): string {
  const [first, ...others] = troubled(looks);
  if (!first) return 'Status';
  return `✕ ${first.name}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** Where there are several targets: how many are in trouble, and which. */
function summary(looks: readonly TargetLook[]): Html | null {
  if (looks.length < 2) return null;
  const bad = troubled(looks);
  if (bad.length === 0) return html`<p class="lead">No target of ${looks.length} is in trouble.</p>`;
  const names = bad.slice(0, 10).map(({ name }) => name);
  return html`<p class="lead bad">
    <b>✕ ${bad.length} of ${looks.length} targets in trouble:</b>
    ${names.join(', ')}${bad.length > 10 && ', …'}
  </p>`;
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
