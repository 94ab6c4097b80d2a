import type { EpochMs } from '../../domain/units.ts';
import type { WatchView } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import type { Sentence } from './sentence.ts';
import { evidenceOf, percent, timeOfDay } from './verdict-words.ts';
import { ago } from './words.ts';

/** The verdict as people read it: what it means, since when, why, and what would help to decide. */
export function verdictBlock(
  { verdict, since, detectors }: WatchView,
  sentence: Sentence,
  at: EpochMs,
): Html {
  const { seen, probable } = evidenceOf(verdict);
  const { missing, posterior, cause } = verdict;
  // Without an alarm the most probable is always that nothing is wrong: no help to somebody who sees codes fail.
  const isAlarm = detectors.some(({ status }) => status === 'ALARM');
  const certainty = cause === 'inconclusive' ? null : html` · ${percent(posterior)} certain`;
  return html`<div class="verdict ${sentence.tone}">
    <p class="headline">${sentence.text}</p>
    <p class="faint">Verdict since ${timeOfDay(since, at)}, ${ago(since, at)}${certainty}</p>
    ${
      seen.length > 0 &&
      html`<ul class="evidence" aria-label="Evidence">
        ${seen.map((clause) => html`<li>${clause}</li>`)}
      </ul>`
    }
    ${isAlarm && probable !== null && html`<p><span class="faint">Most probable:</span> ${probable}</p>`}
    ${missing.length > 0 && html`<p class="missing"><b>To decide:</b> ${missing.join('; ')}.</p>`}
  </div>`;
}
