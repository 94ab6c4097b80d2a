import type { EpochMs } from '../../domain/units.ts';
import type { LiveAttempt, Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { waitBar } from './stage-bar.ts';
import { due, factorWords, lasting, span, STAGE_WORDS } from './words.ts';

/** More than this at once are counted only. */
const MOST = 12;

/** What runs at this moment, and how long each code has been waited for: the longest first. */
export function waitingSection({ probes, at }: Pick<Snapshot, 'probes' | 'at'>): Html {
  const live = probes.flatMap((probe) => probe.inFlight).sort((a, b) => a.plan.startedAt - b.plan.startedAt);
  return html`<section>
    <h2>Now</h2>
    ${
      live.length === 0
        ? html`<p class="faint">No attempt is running. ${nextTick(probes, at)}</p>`
        : html`<ul class="waiting">
            ${live.slice(0, MOST).map((one) => item(one, at))}
          </ul>`
    }
    ${live.length > MOST && html`<p class="faint">and ${live.length - MOST} more</p>`}
  </section>`;
}

function nextTick(probes: Snapshot['probes'], at: EpochMs): Html | null {
  const ticks = probes.flatMap((probe) => probe.nextTickAt ?? []);
  return ticks.length === 0 ? null : html`The next one starts ${due(Math.min(...ticks), at)}.`;
}

function item({ plan, stage, stageSince, requestedAt, overdue }: LiveAttempt, at: EpochMs): Html {
  const doing = stage === null ? 'starting' : STAGE_WORDS[stage];
  const where = plan.phone === null ? plan.account : `${plan.phone}, ${plan.route ?? 'no route'}`;
  const asked = stage === 'delivery' ? requestedAt : null;
  return html`<li data-key="live-${plan.id}">
    <p>
      <a href="/probes/${encodeURIComponent(plan.probe)}"><b>${plan.probe}</b></a>
      <span class="faint">${factorWords(plan.factor)} · ${where}</span>
      <span class="pill${overdue && ' warn'}">${doing}${overdue && ', overdue'}</span>
      ${
        asked === null
          ? html`<span class="faint">for ${lasting(stageSince, at)}</span>`
          : html`<span class="numbers"
              >waited ${lasting(asked, at)} · deadline ${span(plan.deadlineMs)} · expiry
              ${span(plan.expiryMs)}</span
            >`
      }
    </p>
    ${asked !== null && waitBar({ since: asked, at, deadlineMs: plan.deadlineMs, expiryMs: plan.expiryMs })}
  </li>`;
}
