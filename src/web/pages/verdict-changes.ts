import type { EpochMs } from '../../domain/units.ts';
import type { VerdictChange } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { SIGNS } from './target-look.ts';
import { CAUSE_WORDS, causeWords } from './verdict-words.ts';
import { ago } from './words.ts';

/** How verdicts changed, newest first; `isOneTarget`: the page is about one. */
export function verdictChanges(
  changes: readonly VerdictChange[],
  at: EpochMs,
  { isOneTarget }: { readonly isOneTarget: boolean },
): Html {
  return html`<section>
    <h2>Verdict changes</h2>
    ${changes.length === 0 ? html`<p class="faint">None yet.</p>` : list(changes, at, isOneTarget)}
  </section>`;
}

const list = (changes: readonly VerdictChange[], at: EpochMs, isOneTarget: boolean): Html =>
  html`<ol class="changes">
    ${changes.map(({ target, before, verdict }) => {
      const { tone } = CAUSE_WORDS[verdict.cause];
      return html`<li>
        <p>
          <span class="numbers faint">${ago(verdict.at, at)}</span>
          ${!isOneTarget && html`<a href="/targets/${encodeURIComponent(target)}"><b>${target}</b></a>`}
          <span class="faint">${CAUSE_WORDS[before].short} →</span>
          <span class="badge ${tone}"
            ><span class="sign" aria-hidden="true">${SIGNS[tone].sign}</span> ${causeWords(verdict)}</span
          >
        </p>
        <p class="words">${verdict.words.replace(' -> ', ' → ')}</p>
      </li>`;
    })}
  </ol>`;
