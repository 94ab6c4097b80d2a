import type { Attempt } from '../../domain/attempt.ts';
import type { EpochMs } from '../../domain/units.ts';
import { html, type Html } from '../html.ts';
import { stageBar, stageLegend } from './stage-bar.ts';
import { ago, outcomeBadge, span } from './words.ts';

/** Recent attempts with their stages, newest first. */
export function attemptsSection(attempts: readonly Attempt[], at: EpochMs): Html {
  if (attempts.length === 0) {
    return html`<section>
      <h2>Recent attempts</h2>
      <p class="faint">None yet.</p>
    </section>`;
  }
  return html`<section>
    <h2>Recent attempts</h2>
    ${stageLegend()}
    <div class="scroll">
      <table class="attempts cards">
        <caption class="unseen">
          The last ${attempts.length} attempts, newest first
        </caption>
        <thead>
          <tr>
            <th scope="col">Ended</th>
            <th scope="col">Probe</th>
            <th scope="col">Outcome</th>
            <th scope="col">Delivery</th>
            <th scope="col">Stages</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          ${attempts.map((attempt) => row(attempt, at))}
        </tbody>
      </table>
    </div>
  </section>`;
}

const row = (attempt: Attempt, at: EpochMs): Html =>
  html`<tr>
    <th scope="row" class="numbers">
      <a href="/attempts/${encodeURIComponent(attempt.id)}">${ago(attempt.finishedAt, at)}</a>
    </th>
    <td data-label="Probe">
      ${attempt.probe} <span class="faint">${attempt.phone ?? attempt.account}</span>
    </td>
    <td data-label="Outcome">${outcomeBadge(attempt)}</td>
    <td data-label="Delivery" class="numbers">${deliveryOf(attempt)}</td>
    <td class="bar">${stageBar(attempt)}</td>
    <td data-label="Took" class="numbers">${span(attempt.durationMs)}</td>
  </tr>`;

function deliveryOf({ code }: Attempt): string {
  if (!code) return '–';
  return code.deliveryMs === null ? code.result.replace('_', ' ') : span(code.deliveryMs);
}
