import type { EpochMs } from '../../domain/units.ts';
import type { ProbeView, Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { actions } from './actions.ts';
import { ago, due, factorWords, outcomeBadge, skipWords, span } from './words.ts';

/** More probes than this have a page of their own; here stand those that want looking after. */
const MANY = 30;

/** The probes of a page that is about more than probes. */
export function probesSection({ probes, at }: Pick<Snapshot, 'probes' | 'at'>, mayAct: boolean): Html {
  const isLong = probes.length > MANY;
  const noted = isLong ? probes.filter(wantsLook) : probes;
  const shown = noted.slice(0, MANY);
  return html`<section>
    <h2 id="probes">${isLong ? 'Probes to look after' : 'Probes'}</h2>
    ${probes.length === 0 && html`<p class="faint">The configuration has no probe.</p>`}
    ${isLong && shown.length === 0 && html`<p>✓ All ${probes.length} probes are active, and their last attempts went well.</p>`}
    ${shown.length > 0 && probesTable(shown, at, mayAct)}
    ${
      isLong &&
      html`<p class="more">
        ${noted.length > shown.length && html`${noted.length - shown.length} more want a look. `}<a
          href="/probes"
          >All ${probes.length} probes</a
        >
      </p>`
    }
  </section>`;
}

const wantsLook = ({ state, last }: ProbeView): boolean =>
  state !== 'active' || (last !== null && last.outcome !== 'ok');

/** The probes as a table; on a phone each row is a card. */
export const probesTable = (probes: readonly ProbeView[], at: EpochMs, mayAct: boolean): Html =>
  html`<div class="scroll">
    <table class="cards">
      <caption class="unseen">
        Probes, with their last outcome, delivery and success
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
  </div>`;

const row = (probe: ProbeView, at: EpochMs, mayAct: boolean): Html =>
  html`<tr data-key="probe-${probe.name}">
    <th scope="row">
      <a href="/probes/${encodeURIComponent(probe.name)}">${probe.name}</a>
      <span class="faint">${factorWords(probe.factor)} · ${probe.target}</span>
    </th>
    <td data-label="State">${stateOf(probe, at)}</td>
    <td data-label="Last outcome">${lastOutcome(probe, at)}</td>
    <td data-label="Last delivery" class="numbers">${deliveryOf(probe)}</td>
    <td data-label="Last success" class="numbers">
      ${probe.lastSuccessAt === null ? 'never' : ago(probe.lastSuccessAt, at)}
    </td>
    <td data-label="Next tick" class="numbers">
      ${probe.nextTickAt === null ? '–' : due(probe.nextTickAt, at)}
    </td>
    ${mayAct && html`<td class="actions">${actions(probe)}</td>`}
  </tr>`;

function deliveryOf({ delivered, lastDeliveryMs }: ProbeView): string {
  if (!delivered) return 'none needed';
  return lastDeliveryMs === null ? 'none yet' : span(lastDeliveryMs);
}

const STATE_TONES = { active: '', paused: 'warn', maintenance: 'warn' } satisfies Record<
  ProbeView['state'],
  string
>;

/** `active`, and until when it is not. */
export const stateOf = ({ state, maintenanceUntil, inFlight }: ProbeView, at: EpochMs): Html =>
  html`<span class="pill ${STATE_TONES[state]}">${state}</span
    >${state === 'maintenance' && maintenanceUntil !== null && html` <span class="faint">ends ${due(maintenanceUntil, at)}</span>`}${inFlight.length > 0 && html` <span class="pill">running</span>`}`;

/** A skip is shown when it is what happened last. */
function lastOutcome({ last, lastSkip }: ProbeView, at: EpochMs): Html {
  const skipped = lastSkip && lastSkip.at > (last?.finishedAt ?? 0) && lastSkip;
  return html`${
    last
      ? html`<a class="outcome" href="/attempts/${encodeURIComponent(last.id)}">${outcomeBadge(last)}</a>
          <span class="faint">${ago(last.finishedAt, at)}</span>`
      : html`<span class="faint">none yet</span>`
  }
  ${
    skipped &&
    html`<span class="skipped" title="${skipped.detail}"
      >skipped ${ago(skipped.at, at)}: ${skipWords(skipped.reason)}</span
    >`
  }`;
}
