import { html, type Html } from '../html.ts';
import { summarise, type CodeMark, type DeliverySummary } from './deliveries.ts';
import { table } from './parts.ts';
import type { SpanOfTime } from './span-of-time.ts';
import { ago, span } from './words.ts';

interface Subject {
  /** For the address of the chart's data: `target=acme`. */
  readonly query: string;
  readonly title: string;
  /** Oldest first. */
  readonly marks: readonly CodeMark[];
  readonly over: SpanOfTime;
}

const BUCKETS = 12;
const LISTED = 12;

/** Delivery times as dots, drawn by chart.js; the same as words and as a table for everybody else. */
export function deliveryFigure({ query, title, marks, over }: Subject): Html {
  const shown = marks.filter(({ code }) => code.requestedAt >= over.from);
  const id = `chart-${query}`;
  return html`<figure class="delivery" aria-labelledby="${id}">
    <figcaption id="${id}"><b>${title}</b>, ${over.words}: ${summaryWords(summarise(shown))}</figcaption>
    <div class="chart" data-key="${id}" data-chart="/api/v1/deliveries?${query}" aria-hidden="true"></div>
    ${legend()} ${shown.length > 0 && asTable(shown, over, id)}
  </figure>`;
}

const legend = (): Html =>
  html`<ul class="legend dots" aria-label="Signs of the chart" data-key="legend">
    <li data-result="on_time"><span aria-hidden="true">●</span> on time</li>
    <li data-result="late"><span aria-hidden="true">◆</span> late</li>
    <li data-result="lost"><span aria-hidden="true">✕</span> lost</li>
    <li data-result="unreadable"><span aria-hidden="true">▲</span> unreadable</li>
    <li data-result="unmeasured"><span aria-hidden="true">○</span> not measured</li>
  </ul>`;

/** `42 codes, half within 4.1 s, 95 % within 12 s; 1 late, 2 lost`. */
export function summaryWords({ codes, counts, medianMs, p95Ms }: DeliverySummary): string {
  if (codes === 0) return 'no code was asked for';
  const faults = [
    counts.late > 0 && `${counts.late} late`,
    counts.lost > 0 && `${counts.lost} lost`,
    counts.unreadable > 0 && `${counts.unreadable} unreadable`,
    counts.redacted + counts.unmeasured > 0 && `${counts.redacted + counts.unmeasured} not measured`,
  ].filter((part) => part !== false);
  const times = [
    medianMs === null ? 'most did not come' : `half within ${span(medianMs)}`,
    medianMs !== null && p95Ms !== null && `95 % within ${span(p95Ms)}`,
  ].filter((part) => part !== false);
  const measured = codes > counts.redacted + counts.unmeasured;
  const amount = `${codes} ${codes === 1 ? 'code' : 'codes'}`;
  const all = measured ? [amount, ...times].join(', ') : amount;
  return faults.length > 0 ? `${all}; ${faults.join(', ')}` : `${all}; none lost`;
}

function asTable(marks: readonly CodeMark[], { from, to }: SpanOfTime, id: string): Html {
  const bucketMs = (to - from) / BUCKETS;
  const rows = Array.from({ length: BUCKETS }, (_, index) => {
    const begin = from + index * bucketMs;
    const own = marks.filter(({ code: { requestedAt: at } }) => at >= begin && at < begin + bucketMs);
    return own.length === 0 ? null : row(begin, begin + bucketMs, summarise(own));
  });
  const heads = ['Asked for, UTC', 'Codes', 'On time', 'Late', 'Lost', 'Half within', '95 % within'];
  return html`<details data-key="${id}-table">
    <summary>As a table</summary>
    ${table(
      'Codes and their delivery times',
      heads,
      rows.filter((one) => one !== null),
    )}
    ${failures(marks, to)}
  </details>`;
}

function row(from: number, to: number, { codes, counts, medianMs, p95Ms }: DeliverySummary): Html {
  return html`<tr>
    <th scope="row" class="numbers">${clock(from)}–${clock(to)}</th>
    <td class="numbers">${codes}</td>
    <td class="numbers">${counts.on_time}</td>
    <td class="numbers">${counts.late}</td>
    <td class="numbers">${counts.lost}</td>
    <td class="numbers">${medianMs === null ? '–' : span(medianMs)}</td>
    <td class="numbers">${p95Ms === null ? '–' : span(p95Ms)}</td>
  </tr>`;
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);

/** The dots that matter, for those who cannot point at them. */
function failures(marks: readonly CodeMark[], now: number): Html | null {
  const failed = marks.filter(({ code }) => code.result === 'late' || code.result === 'lost').toReversed();
  if (failed.length === 0) return null;
  return html`<ul aria-label="Late and lost codes, newest first">
    ${failed
      .slice(0, LISTED)
      .map(
        ({ id, route, code }) =>
          html`<li>
            <a href="/attempts/${encodeURIComponent(id)}">${code.result} on ${route ?? 'no route'}</a>, asked
            for
            ${ago(code.requestedAt, now)}${code.deliveryMs !== null && `, came after ${span(code.deliveryMs)}`}
          </li>`,
      )}
    ${failed.length > LISTED && html`<li>and ${failed.length - LISTED} before</li>`}
  </ul>`;
}
