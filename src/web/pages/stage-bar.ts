import type { Attempt } from '../../domain/attempt.ts';
import { STAGES } from '../../domain/outcome.ts';
import type { EpochMs } from '../../domain/units.ts';
import { html, type Html } from '../html.ts';
import { span, STAGE_WORDS } from './words.ts';

const WIDTH = 1000;
/** Stages of milliseconds still show. */
const LEAST = 6;

/** An attempt's stages side by side, on its own scale. SVG, because the page allows no styles of elements. */
export function stageBar({ stages, durationMs }: Pick<Attempt, 'stages' | 'durationMs'>): Html {
  if (stages.length === 0) return html`<span class="faint">no stage was reached</span>`;
  const scale =
    WIDTH / Math.max(durationMs, ...stages.map((record) => record.startMs + record.durationMs), 1);
  const label = stages.map((record) => `${STAGE_WORDS[record.stage]} ${span(record.durationMs)}`).join(', ');
  return html`<svg
    class="stages"
    viewBox="0 0 ${WIDTH} 16"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    <title>${label}</title>
    <rect class="ground" width="${WIDTH}" height="16" />
    ${stages.map(({ stage, startMs, durationMs: length, ok }) => {
      const width = Math.max(LEAST, length * scale);
      const x = Math.min(WIDTH - width, startMs * scale);
      return html`<rect
        class="stage-${stage}${!ok && ' failed'}"
        x="${x.toFixed(1)}"
        y="${ok ? 2 : 0}"
        width="${width.toFixed(1)}"
        height="${ok ? 12 : 16}"
      />`;
    })}
  </svg>`;
}

/** What the colours of the bars mean. */
export const stageLegend = (): Html =>
  html`<ul class="legend" aria-label="Colours of the stages">
    ${STAGES.map(
      (stage) =>
        html`<li>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect class="stage-${stage}" width="10" height="10" />
          </svg>
          ${STAGE_WORDS[stage]}
        </li>`,
    )}
    <li>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <rect class="stage-verify failed" width="10" height="10" />
      </svg>
      failed
    </li>
  </ul>`;

/** How long a code has been waited for, between its request, its deadline and its expiry; live.js moves it on. */
export function waitBar(wait: {
  readonly since: EpochMs;
  readonly at: EpochMs;
  readonly deadlineMs: number;
  readonly expiryMs: number;
}): Html {
  const { since, deadlineMs, expiryMs } = wait;
  const waitedMs = Math.max(0, wait.at - since);
  const at = (ms: number) => ((Math.min(ms, expiryMs) / expiryMs) * WIDTH).toFixed(1);
  const label = `waited ${span(waitedMs)}; deadline ${span(deadlineMs)}, expiry ${span(expiryMs)}`;
  return html`<svg
    class="wait"
    viewBox="0 0 ${WIDTH} 16"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
    data-wait="${since}"
    data-deadline="${deadlineMs}"
    data-expiry="${expiryMs}"
  >
    <rect class="ground" y="2" width="${WIDTH}" height="12" />
    <rect
      class="${waitedMs > deadlineMs ? 'overdue' : 'waiting'}"
      width="${at(waitedMs)}"
      y="2"
      height="12"
    />
    <rect class="deadline" x="${at(deadlineMs)}" width="4" height="16" />
  </svg>`;
}
