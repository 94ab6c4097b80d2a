import type { Attempt, CodeRecord, MessageEvidence, RequestRecord } from '../../domain/attempt.ts';
import type { ReceiptRecord } from '../../domain/receipt.ts';
import { SECOND } from '../../domain/units.ts';
import type { Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { page, type Viewer } from './layout.ts';
import { facts, table } from './parts.ts';
import { receiptsSection } from './receipts-section.ts';
import { stageLegend } from './stage-bar.ts';
import { ticketSection } from './ticket.ts';
import { waterfall, waterfallLegend } from './waterfall.ts';
import { whySection } from './why.ts';
import {
  clockTime,
  exactTime,
  factorWords,
  FAULT_SIGNS,
  OUTCOME_WORDS,
  outcomeBadge,
  span,
  STAGE_WORDS,
} from './words.ts';

interface AttemptPage {
  readonly snapshot: Snapshot;
  readonly attempt: Attempt;
  readonly receipts: readonly ReceiptRecord[];
  /** Whether a screenshot of its failure is kept. */
  readonly hasPicture: boolean;
  readonly viewer: Viewer;
}

/** All that is known of one attempt: what an alert's exemplar leads to. */
export function attemptPage({ snapshot, attempt, receipts, hasPicture, viewer }: AttemptPage): Html {
  const { meaning, short } = OUTCOME_WORDS[attempt.outcome];
  const body = html`
    <h1>
      ${outcomeBadge(attempt)} <a href="/probes/${encodeURIComponent(attempt.probe)}">${attempt.probe}</a>
    </h1>
    <p class="lead">${meaning}</p>
    ${factsOf(attempt)} ${whySection(attempt)}
    <section>
      <h2>Stages</h2>
      ${waterfall(attempt)} ${stageLegend()} ${waterfallLegend()}
    </section>
    ${hasPicture && pictureSection(attempt)} ${attempt.code && codeSection(attempt.code, attempt)}
    ${messagesSection(attempt)} ${receiptsSection(receipts, attempt)} ${requestsSection(attempt.requests)}
    ${ticketOf(attempt, receipts, snapshot)}
  `;
  return page({ title: `${short}: ${attempt.probe}`, body, snapshot, viewer });
}

const factsOf = (attempt: Attempt): Html =>
  facts([
    ['Attempt', html`<code>${attempt.id}</code>`],
    ['Target', attempt.target],
    ['Factor', factorWords(attempt.factor)],
    ['Fault of', FAULT_SIGNS[attempt.fault].owner],
    ['Account', attempt.account],
    ['Phone', attempt.phone === null ? null : `${attempt.phone}, route ${attempt.route ?? 'none'}`],
    ['Tick', clockTime(attempt.tickAt)],
    ['Started', clockTime(attempt.startedAt)],
    ['Took', span(attempt.durationMs)],
    ['Started by', attempt.cause],
    ['Node', `${attempt.node}, ${attempt.location}`],
    ['Log-out', attempt.logout],
    ['Asked to wait', attempt.retryAfterMs === null ? null : span(attempt.retryAfterMs)],
  ]);

function ticketOf(
  attempt: Attempt,
  receipts: readonly ReceiptRecord[],
  { inventory }: Snapshot,
): Html | null {
  const { code } = attempt;
  if (!code || attempt.phone === null) return null;
  const phone = inventory.phones.find(({ name }) => name === attempt.phone) ?? null;
  const probe = inventory.probes.find(({ name }) => name === attempt.probe) ?? null;
  return ticketSection({ attempt, code, phone, probe, receipts });
}

const pictureSection = ({ id }: Attempt): Html =>
  html`<section>
    <h2>Where the browser was</h2>
    <p class="faint">What was typed, numbers and secrets are covered.</p>
    <a href="/attempts/${encodeURIComponent(id)}/screenshot.png"
      ><img
        class="screenshot"
        src="/attempts/${encodeURIComponent(id)}/screenshot.png"
        alt="The page in the browser when the attempt failed"
        loading="lazy"
    /></a>
  </section>`;

const codeSection = (code: CodeRecord, { deadlineMs, expiryMs }: Attempt): Html =>
  html`<section>
    <h2>The code</h2>
    ${facts([
      ['Result', code.result.replace('_', ' ')],
      ['Asked for', exactTime(code.requestedAt)],
      ['Delivery', code.deliveryMs === null ? 'never came' : deliveryOf(code, code.deliveryMs)],
      ['Deadline', span(deadlineMs)],
      ['Expiry', span(expiryMs)],
      ['Overdue', code.overdue ? 'yes' : null],
    ])}
  </section>`;

const deliveryOf = ({ uncertaintyMs }: CodeRecord, deliveryMs: number): string =>
  uncertaintyMs === 0
    ? span(deliveryMs)
    : `${span(deliveryMs)}, at most ${span(uncertaintyMs)} less (found by a poll)`;

function messagesSection({ messages, phone, code }: Attempt): Html | null {
  if (phone === null) return null;
  return html`<section>
    <h2>Messages</h2>
    ${
      messages.length === 0
        ? html`<p class="faint">No message reached this phone during the attempt.</p>`
        : table(
            'Messages of this phone',
            ['Sender', 'Disposition', 'Arrived, by our clock', 'After the request', 'By other clocks'],
            messages.map((message) => messageRow(message, code)),
          )
    }
  </section>`;
}

const messageRow = (
  { from, disposition, arrivedAt, afterRequestMs, times, providerId }: MessageEvidence,
  code: CodeRecord | null,
): Html =>
  html`<tr>
    <th scope="row">${from} <span class="faint">${providerId}</span></th>
    <td>${disposition.replace('_', ' ')}</td>
    <td class="numbers">${exactTime(arrivedAt)}</td>
    <td class="numbers">${afterRequestMs === null ? '–' : span(afterRequestMs)}</td>
    <td class="numbers">
      ${times.length === 0 && html`<span class="faint">none given</span>`}
      ${times.map(({ clock, at, resolutionMs }) => html`<div>${clock.replace('_', ' ')}: ${(resolutionMs < SECOND ? exactTime : clockTime)(at)} ± ${span(resolutionMs)}${code && html` <span class="faint">(${span(at - code.requestedAt)} after)</span>`}</div>`)}
    </td>
  </tr>`;

const requestsSection = (requests: readonly RequestRecord[]): Html | null =>
  requests.length === 0
    ? null
    : html`<section>
        <h2>Requests</h2>
        ${table('Requests to the target', ['Stage', 'Request', 'Status', 'DNS', 'Connect', 'TLS', 'First byte', 'Total'], requests.map(requestRow))}
      </section>`;

const timing = (ms: number | null): string => (ms === null ? '–' : span(ms));

const requestRow = (request: RequestRecord): Html =>
  html`<tr>
    <th scope="row">${STAGE_WORDS[request.stage]}</th>
    <td><code>${request.method} ${request.path}</code></td>
    <td class="numbers">${request.status ?? 'no answer'}</td>
    <td class="numbers">${timing(request.dnsMs)}</td>
    <td class="numbers">${timing(request.connectMs)}</td>
    <td class="numbers">${timing(request.tlsMs)}</td>
    <td class="numbers">${timing(request.ttfbMs)}</td>
    <td class="numbers">${span(request.totalMs)}</td>
  </tr>`;
