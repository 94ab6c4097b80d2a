import type { Attempt } from '../../domain/attempt.ts';
import type { ProbeView, Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { attemptsSection } from './attempts-section.ts';
import { page } from './layout.ts';
import { facts } from './parts.ts';
import { actions } from './probes-section.ts';
import { describeFactor } from './sentence.ts';
import { factorWords, skipWords, span, when } from './words.ts';

interface ProbePage {
  readonly snapshot: Snapshot;
  readonly probe: ProbeView;
  readonly attempts: readonly Attempt[];
  readonly mayAct: boolean;
  readonly mayLogOut: boolean;
}

const SHOWN_ATTEMPTS = 100;

export function probePage({ snapshot, probe, attempts, mayAct, mayLogOut }: ProbePage): Html {
  const { at } = snapshot;
  const { tone, text } = describeFactor({ factor: probe.factor, probes: [probe], attempts, at });
  const body = html`
    <h1>${probe.name}</h1>
    <div data-live="summary">
      <section class="card ${tone}">
        <p class="sentence ${tone}">${text}</p>
      </section>
      ${factsOf(probe, at)}
    </div>
    ${mayAct && html`<div class="actions">${actions(probe)} ${maintenance(probe)}</div>`}
    <div data-live="attempts">${attemptsSection(attempts.slice(0, SHOWN_ATTEMPTS), at)}</div>
  `;
  return page({ title: probe.name, body, snapshot, mayLogOut, live: true });
}

const factsOf = (probe: ProbeView, at: number): Html =>
  facts([
    ['Target', probe.target],
    ['Factor', factorWords(probe.factor)],
    ['Flow', probe.flow],
    ['State', probe.state],
    ['Schedule', html`<code>${probe.schedule}</code> ${probe.timezone}`],
    ['Next tick', probe.nextTickAt === null ? 'none' : when(probe.nextTickAt, at)],
    ['Deadline', span(probe.deadlineMs)],
    ['Expiry', span(probe.expiryMs)],
    ['Accounts', probe.accounts.join(', ')],
    ['Phones', probe.phones.length > 0 ? probe.phones.join(', ') : null],
    ['Last skip', probe.lastSkip && lastSkip(probe.lastSkip, at)],
  ]);

const lastSkip = ({ at, reason, detail }: NonNullable<ProbeView['lastSkip']>, now: number): Html =>
  html`${when(at, now)}: ${skipWords(reason)}${detail && `, ${detail}`}`;

const maintenance = ({ name }: ProbeView): Html =>
  html`<form method="post" action="/api/v1/probes/${encodeURIComponent(name)}/maintenance">
    <label
      >Maintenance for <input name="duration" value="1h" size="5" pattern="[0-9]+(ms|s|m|h|d)" required
    /></label>
    <button>Start</button>
  </form>`;
