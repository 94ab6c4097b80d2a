import type { EpochMs } from '../../domain/units.ts';
import type { LiveAttempt, Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { waitBar } from './stage-bar.ts';
import { factorWords, span, STAGE_WORDS, when } from './words.ts';

/** What runs at this moment, and how long each code has been waited for. */
export function waitingSection({ probes, at }: Snapshot): Html {
  const live = probes.flatMap((probe) => probe.inFlight);
  return html`<section>
    <h2>Now</h2>
    ${live.length === 0 ? html`<p class="faint">No attempt is running. ${nextTick(probes, at)}</p>` : list(live, at)}
  </section>`;
}

function nextTick(probes: Snapshot['probes'], at: EpochMs): Html | null {
  const ticks = probes.flatMap((probe) => probe.nextTickAt ?? []);
  return ticks.length === 0 ? null : html`The next one starts ${when(Math.min(...ticks), at)}.`;
}

const list = (live: readonly LiveAttempt[], at: EpochMs): Html =>
  html`<ul class="waiting">
    ${live.map(({ plan, stage, stageSince, requestedAt, overdue }) => {
      const doing = stage === null ? 'starting' : STAGE_WORDS[stage];
      const where = plan.phone === null ? plan.account : `${plan.phone}, ${plan.route ?? 'no route'}`;
      return html`<li>
        <p>
          <a href="/probes/${encodeURIComponent(plan.probe)}"><b>${plan.probe}</b></a>
          <span class="faint">${factorWords(plan.factor)} · ${where}</span>
          <span class="pill${overdue && ' warn'}">${doing}${overdue && ', overdue'}</span>
          ${
            requestedAt === null || stage !== 'delivery'
              ? html`<span class="faint">since ${when(stageSince, at)}</span>`
              : html`<span class="numbers"
                  >waited <b>${span(at - requestedAt)}</b> · deadline ${span(plan.deadlineMs)} · expiry
                  ${span(plan.expiryMs)}</span
                >`
          }
        </p>
        ${
          requestedAt !== null &&
          stage === 'delivery' &&
          waitBar({ ms: at - requestedAt, deadlineMs: plan.deadlineMs, expiryMs: plan.expiryMs })
        }
      </li>`;
    })}
  </ul>`;
