import type { Marks } from '../../domain/mark.ts';
import type { Snapshot, VerdictChange } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { page, type Viewer } from './layout.ts';
import { probesSection } from './probes-section.ts';
import { spanOfTime } from './span-of-time.ts';
import { targetBody } from './target-card.ts';
import { lookAt, SIGNS } from './target-look.ts';
import { verdictChanges } from './verdict-changes.ts';
import { waitingSection } from './waiting-section.ts';

export interface TargetPage {
  readonly snapshot: Snapshot;
  readonly marks: Marks;
  readonly name: string;
  /** Of this target. */
  readonly changes: readonly VerdictChange[];
  readonly viewer: Viewer;
}

/** One target: its verdict with the evidence, every route, its probes, and how the verdict changed. */
export function targetPage({ snapshot, marks, name, changes, viewer }: TargetPage): Html {
  const probes = snapshot.probes.filter((probe) => probe.target === name);
  const look = lookAt(snapshot, marks, { name, probes });
  const scene = { snapshot, marks, over: spanOfTime(marks, snapshot.at) };
  const { sign, word } = SIGNS[look.tone];
  const url = snapshot.inventory.targets.find((target) => target.name === name)?.url;
  const own = { ...snapshot, probes };
  const body = html`
    <h1>${name}</h1>
    <div data-live="summary">
      <section class="card ${look.tone}">
        <header>
          <h2>
            <span class="sign" aria-hidden="true">${sign}</span>
            <span class="tone">${word}</span>
          </h2>
          <p class="faint">${url}</p>
        </header>
        ${targetBody(look, scene)}
      </section>
    </div>
    <div data-live="waiting">${waitingSection(own)}</div>
    <div data-live="probes">${probesSection(own, viewer.mayAct)}</div>
    <div data-live="changes">${verdictChanges(changes, snapshot.at, { isOneTarget: true })}</div>
  `;
  return page({ title: `${sign} ${name}`, body, snapshot, viewer, live: true });
}
