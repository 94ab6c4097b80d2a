import type { EpochMs } from '../../domain/units.ts';
import type { ProbeView, Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { factorWords, outcomeBadge, skipWords, span, when } from './words.ts';

/** The probes as a table; on a phone each row is a card. */
export function probesSection({ probes, at }: Snapshot, mayAct: boolean): Html {
  return html`<section>
    <h2 id="probes">Probes</h2>
    ${probes.length === 0 && html`<p class="faint">The configuration has no probe.</p>`}
    ${
      probes.length > 0 &&
      html`<div class="scroll">
        <table class="cards">
          <caption class="unseen">
            Every probe, with its last outcome, delivery and success
          </caption>
          <thead>
            <tr>
              <th scope="col">Probe</th>
              <th scope="col">State</th>
              <th scope="col">Last outcome</th>
              <th scope="col">Last delivery</th>
              <th scope="col">Last success</th>
              <th scope="col">Next tick</th>
              ${mayAct && html`<th scope="col"><span class="unseen">Actions</span></th>`}
            </tr>
          </thead>
          <tbody>
            ${probes.map((probe) => row(probe, at, mayAct))}
          </tbody>
        </table>
      </div>`
    }
  </section>`;
}

const row = (probe: ProbeView, at: EpochMs, mayAct: boolean): Html =>
  html`<tr>
    <th scope="row">
      <a href="/probes/${encodeURIComponent(probe.name)}">${probe.name}</a>
      <span class="faint">${factorWords(probe.factor)} · ${probe.target}</span>
    </th>
    <td data-label="State">${stateOf(probe)}</td>
    <td data-label="Last outcome">${lastOutcome(probe, at)}</td>
    <td data-label="Last delivery" class="numbers">${deliveryOf(probe)}</td>
    <td data-label="Last success" class="numbers">
      ${probe.lastSuccessAt === null ? 'never' : when(probe.lastSuccessAt, at)}
    </td>
    <td data-label="Next tick" class="numbers">
      ${probe.nextTickAt === null ? '–' : when(probe.nextTickAt, at)}
    </td>
    ${mayAct && html`<td class="actions">${actions(probe)}</td>`}
  </tr>`;

function deliveryOf({ delivered, lastDeliveryMs }: ProbeView): string {
  if (!delivered) return 'not delivered';
  return lastDeliveryMs === null ? 'none yet' : span(lastDeliveryMs);
}

const STATE_TONES = { active: '', paused: 'warn', maintenance: 'warn' } satisfies Record<
  ProbeView['state'],
  string
>;

const stateOf = ({ state, inFlight }: ProbeView): Html =>
  html`<span class="pill ${STATE_TONES[state]}">${state}</span
    >${inFlight.length > 0 && html` <span class="pill">running</span>`}`;

/** A skip is shown when it is what happened last. */
function lastOutcome({ last, lastSkip }: ProbeView, at: EpochMs): Html {
  const skipped = lastSkip && lastSkip.at > (last?.finishedAt ?? 0) && lastSkip;
  return html`${
    last
      ? html`<a class="outcome" href="/attempts/${encodeURIComponent(last.id)}">${outcomeBadge(last)}</a>
          <span class="faint">${when(last.finishedAt, at)}</span>`
      : html`<span class="faint">none yet</span>`
  }
  ${
    skipped &&
    html`<span class="skipped" title="${skipped.detail}"
      >skipped ${when(skipped.at, at)}: ${skipWords(skipped.reason)}</span
    >`
  }`;
}

/** Plain forms: they work without JavaScript. */
export function actions({ name, state }: ProbeView): Html {
  const path = `/api/v1/probes/${encodeURIComponent(name)}`;
  const button = (action: string, label: string) =>
    html`<form method="post" action="${path}/${action}">
      <button aria-label="${label} ${name}">${label}</button>
    </form>`;
  return html`${button('run', 'Run')}
  ${state === 'active' ? button('pause', 'Pause') : button('resume', 'Resume')}`;
}
