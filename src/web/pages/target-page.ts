import type { Attempt } from '../../domain/attempt.ts';
import type { Snapshot, VerdictChange } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { page } from './layout.ts';
import { probesSection } from './probes-section.ts';
import { lookAt, SIGNS, targetBody } from './target-card.ts';
import { verdictChanges } from './verdict-changes.ts';

export interface TargetPage {
  readonly snapshot: Snapshot;
  readonly name: string;
  /** Recent ones, of all targets. */
  readonly attempts: readonly Attempt[];
  /** Of this target. */
  readonly changes: readonly VerdictChange[];
  readonly mayAct: boolean;
  readonly mayLogOut: boolean;
}

/** One target: its verdict with the evidence, every route, its probes, and how the verdict changed. */
export function targetPage({ snapshot, name, attempts, changes, mayAct, mayLogOut }: TargetPage): Html {
  const look = lookAt(snapshot, attempts, name);
  const { sign, word } = SIGNS[look.tone];
  const url = snapshot.inventory.targets.find((target) => target.name === name)?.url;
  const probes = snapshot.probes.filter((probe) => probe.target === name);
  const body = html`
    <h1>${name}</h1>
    <div data-live="summary">
      <section class="card ${look.tone}">
        <h2>
          <span class="sign" aria-hidden="true">${sign}</span>
          <span class="tone">${word}</span>
        </h2>
        <p class="faint">${url}</p>
        ${targetBody(look, snapshot, false)}
      </section>
    </div>
    <div data-live="probes">${probesSection({ ...snapshot, probes }, mayAct)}</div>
    <div data-live="changes">${verdictChanges(changes, snapshot.at, { isOneTarget: true })}</div>
  `;
  return page({ title: `${sign} ${name}`, body, snapshot, mayLogOut, live: true });
}
