import type { Snapshot } from '../../ports/operations.ts';
import { html, type Content, type Html } from '../html.ts';
import { table } from './parts.ts';
import { ago, due, span } from './words.ts';

/** What the probes depend on: inboxes, limits, money, rests. */
export const machinerySections = (snapshot: Snapshot): readonly Content[] => [
  inboxes(snapshot),
  limits(snapshot),
  rests(snapshot),
];

function inboxes({ inboxes: entries, at }: Snapshot): Html {
  const rows = entries.map(
    ({ name, kind, up, reason, lastMessageAt, errors, controlEveryMs }) =>
      html`<tr>
        <th scope="row">${name} <span class="faint">${kind}</span></th>
        <td>
          ${up ? html`<span class="badge good">✓ up</span>` : html`<span class="badge bad">✕ down</span>`}
          ${reason}
        </td>
        <td class="numbers">${lastMessageAt === null ? 'none yet' : ago(lastMessageAt, at)}</td>
        <td class="numbers">${controlEveryMs === null ? '' : `every ${span(controlEveryMs)}`}</td>
        <td>${errorWords(errors)}</td>
      </tr>`,
  );
  return tableSection(
    'Inboxes',
    ['Inbox', 'State', 'Last message', 'A control', 'Went wrong since the start'],
    rows,
    'The configuration has no inbox.',
  );
}

const errorWords = (errors: Snapshot['inboxes'][number]['errors']): string =>
  Object.entries(errors)
    .map(([error, times]) => `${error} ${times}`)
    .join(', ');

function limits({ inventory, usage, at, breakers }: Snapshot): Html {
  const rows = busiest(inventory.targets, usage).map(({ name, limits: { perHour, perDay } }) => {
    const { hour, day } = usage.starts[name] ?? { hour: 0, day: 0 };
    const until = breakers[name] ?? 0;
    return html`<tr>
      <th scope="row">${name}</th>
      <td class="numbers">${hour} of ${perHour}</td>
      <td class="numbers">${day} of ${perDay}</td>
      <td>${until > at ? html`<span class="badge warn">⊘ open</span> ends ${due(until, at)}` : 'closed'}</td>
    </tr>`;
  });
  return html`${tableSection('Limits', ['Target', 'This hour', 'This day', 'Breaker'], rows, 'No target is configured.')}
  ${spend(inventory.cap, usage.spent)}`;
}

/** More targets than this: those that have used up most. */
const MOST_TARGETS = 15;

function busiest(targets: Snapshot['inventory']['targets'], { starts }: Snapshot['usage']) {
  if (targets.length <= MOST_TARGETS) return targets;
  const used = ({ name, limits }: (typeof targets)[number]): number =>
    (starts[name]?.day ?? 0) / limits.perDay;
  return targets.toSorted((a, b) => used(b) - used(a)).slice(0, MOST_TARGETS);
}

function spend(cap: Snapshot['inventory']['cap'], spent: number): Html | null {
  if (!cap) return null;
  const share = Math.min(1, spent / cap.perMonth);
  return html`<section>
    <h2>Spend</h2>
    <p class="numbers">
      ${money(spent)} of ${money(cap.perMonth)} ${cap.currency} this month (${Math.round(share * 100)} %)
    </p>
    <meter
      min="0"
      max="1"
      high="0.8"
      optimum="0"
      value="${share.toFixed(3)}"
      aria-label="Spent of the month's cap"
    ></meter>
  </section>`;
}

const money = (micros: number): string => (micros / 1e6).toFixed(2);

/** Phones that rest, paused accounts, stocks of backup codes. */
function rests({ usage, pausedAccounts, backupCodes, at }: Snapshot): Html | null {
  const lines: Html[] = [
    ...Object.entries(usage.quarantines)
      .filter(([, until]) => until > at)
      .map(
        ([phone, until]) =>
          html`<li>
            Phone <b>${phone}</b> rests: a code that it was to get may still come. It is free
            ${due(until, at)}.
          </li>`,
      ),
    ...Object.entries(pausedAccounts)
      .filter(([, { until }]) => until > at)
      .map(
        ([account, { until, reason }]) =>
          html`<li>Account <b>${account}</b> is paused: ${reason}. ${ends(until, at)}</li>`,
      ),
    ...Object.entries(backupCodes).map(
      ([account, left]) => html`<li>Account <b>${account}</b> has ${left} backup codes left.</li>`,
    ),
  ];
  if (lines.length === 0) return null;
  return html`<section>
    <h2>Phones and accounts</h2>
    <ul>
      ${lines}
    </ul>
  </section>`;
}

/** A pause without an end is a date that no clock reaches. */
const FOREVER_MS = 8.64e15;
const ends = (until: number, at: number): Content =>
  until < FOREVER_MS && until - at < 3.2e10
    ? html`It ends ${due(until, at)}.`
    : 'It lasts until somebody resumes the probe.';

function tableSection(title: string, heads: readonly string[], rows: readonly Html[], none: string): Html {
  return html`<section>
    <h2>${title}</h2>
    ${rows.length === 0 ? html`<p class="faint">${none}</p>` : table(title, heads, rows)}
  </section>`;
}
