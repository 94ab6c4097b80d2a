import type { Attempt, RequestRecord, StageRecord } from '../../domain/attempt.ts';
import { html, type Html } from '../html.ts';
import { span, STAGE_WORDS } from './words.ts';

const WIDTH = 1000;
/** What takes milliseconds still shows. */
const LEAST = 4;
const HEIGHT = 16;

/** The attempt on one line of time: its stages, the requests of each, when codes were due and when messages came. */
export function waterfall(attempt: Attempt): Html {
  const { stages, requests } = attempt;
  const scale = scaleOf(attempt);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Waterfall">
    <table class="waterfall">
      <caption class="unseen">
        Stages in the order they ran, each with its requests
      </caption>
      <thead>
        <tr>
          <th scope="col">Stage or request</th>
          <th scope="col" class="bar">${ruler(scale)}</th>
          <th scope="col">Began after</th>
          <th scope="col">Took</th>
          <th scope="col">Result</th>
        </tr>
      </thead>
      <tbody>
        ${stages.map(
          (stage) =>
            html`${stageRow(stage, attempt, scale)}
            ${requests.filter((request) => ownerOf(request, stages) === stage).map((request) => requestRow(request, scale))}`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** How many units of the picture a millisecond is. */
function scaleOf({ stages, requests, durationMs }: Attempt): number {
  const ends = [...stages, ...requests.map((one) => ({ ...one, durationMs: one.totalMs }))];
  return WIDTH / Math.max(1, durationMs, ...ends.map(({ startMs, durationMs: took }) => startMs + took));
}

/** A stage may run twice: the request is of the one that was running. */
function ownerOf(request: RequestRecord, stages: readonly StageRecord[]): StageRecord | undefined {
  const own = stages.filter(({ stage }) => stage === request.stage);
  return own.findLast(({ startMs }) => startMs <= request.startMs + 1) ?? own[0];
}

const ruler = (scale: number): Html =>
  html`<span class="ruler numbers"
    ><span>0</span><span>${span(WIDTH / scale / 2)}</span><span>${span(WIDTH / scale)}</span></span
  >`;

function stageRow(record: StageRecord, attempt: Attempt, scale: number): Html {
  const { stage, startMs, durationMs, ok } = record;
  const limits = stage === 'delivery' ? limitsOf(record, attempt, scale) : null;
  return html`<tr>
    <th scope="row">${STAGE_WORDS[stage]}</th>
    <td class="bar">
      ${picture(html`${bar(`stage-${stage}${ok ? '' : ' failed'}`, startMs * scale, durationMs * scale)}${limits}`)}
    </td>
    <td class="numbers">${span(startMs)}</td>
    <td class="numbers">${span(durationMs)}</td>
    <td>${ok ? '✓ done' : html`<span class="bad">✕ failed</span>`}</td>
  </tr>`;
}

const PHASES = ['dns', 'connect', 'tls', 'ttfb'] as const;

function requestRow(request: RequestRecord, scale: number): Html {
  let at = request.startMs;
  const end = request.startMs + request.totalMs;
  const phases = PHASES.map((phase) => {
    const took = request[`${phase}Ms`] ?? 0;
    const from = Math.min(end, at);
    at += took;
    return took > 0 && bar(`phase-${phase}`, from * scale, Math.min(took, end - from) * scale, 4);
  });
  return html`<tr class="request">
    <th scope="row"><code>${request.method} ${request.path}</code></th>
    <td class="bar">
      ${picture(html`${bar('phase-rest', request.startMs * scale, request.totalMs * scale, 4)}${phases}`)}
    </td>
    <td class="numbers">${span(request.startMs)}</td>
    <td class="numbers">${span(request.totalMs)}</td>
    <td class="numbers">${request.status ?? 'no answer'}</td>
  </tr>`;
}

/** The deadline and the expiry of the code, and each message that came. */
function limitsOf(
  { startMs }: StageRecord,
  { deadlineMs, expiryMs, messages }: Attempt,
  scale: number,
): Html {
  const line = (ms: number, name: string) => {
    const x = (startMs + ms) * scale;
    return (
      x <= WIDTH &&
      html`<rect class="${name}" x="${Math.min(WIDTH - 3, x).toFixed(1)}" width="3" height="${HEIGHT}" />`
    );
  };
  return html`${line(deadlineMs, 'deadline')}${line(expiryMs, 'expiry')}
  ${messages.map(({ afterRequestMs }) => afterRequestMs !== null && afterRequestMs >= 0 && line(afterRequestMs, 'arrival'))}`;
}

const picture = (content: Html): Html =>
  html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    <rect class="ground" width="${WIDTH}" height="${HEIGHT}" />
    ${content}
  </svg>`;

function bar(name: string, x: number, width: number, inset = 2): Html {
  const wide = Math.max(LEAST, width);
  return html`<rect
    class="${name}"
    x="${Math.min(WIDTH - wide, x).toFixed(1)}"
    y="${inset}"
    width="${wide.toFixed(1)}"
    height="${HEIGHT - 2 * inset}"
  />`;
}

const LEGEND = [
  ['phase-dns', 'name look-up'],
  ['phase-connect', 'connect'],
  ['phase-tls', 'TLS'],
  ['phase-ttfb', 'waiting for the answer'],
  ['phase-rest', 'the rest'],
  ['deadline', 'deadline'],
  ['expiry', 'expiry'],
  ['arrival', 'a message came'],
] as const;

export const waterfallLegend = (): Html =>
  html`<ul class="legend" aria-label="Colours of requests and limits">
    ${LEGEND.map(
      ([name, words]) =>
        html`<li>
          <svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${name}" width="10" height="10" /></svg>
          ${words}
        </li>`,
    )}
  </ul>`;
