import type { Attempt, CodeRecord, MessageEvidence } from '../../domain/attempt.ts';
import type { PhoneEntry, ProbeEntry } from '../../domain/inventory.ts';
import type { ReceiptRecord } from '../../domain/receipt.ts';
import { html, Html } from '../html.ts';
import { SAID_WORDS } from './receipts-section.ts';
import { exactTime, span } from './words.ts';

interface Case {
  readonly attempt: Attempt;
  readonly code: CodeRecord;
  /** null: it is no longer configured. */
  readonly phone: PhoneEntry | null;
  readonly probe: ProbeEntry | null;
  /** What the provider of the target's sender said of the message. */
  readonly receipts: readonly ReceiptRecord[];
}

/** What an SMS provider asks for first, ready to be copied into its ticket. */
export function ticketSection(one: Case): Html {
  const text = ticketText(one);
  return html`<section>
    <h2>For the provider’s ticket</h2>
    <p class="faint">Times in UTC; the number is masked, so tell the provider the whole of it.</p>
    <textarea
      id="ticket"
      readonly
      rows="${text.split('\n').length}"
      aria-label="Text for the provider’s ticket"
    >
${asLines(text)}</textarea>
    <p class="actions"><button type="button" data-copy="ticket" hidden>Copy</button></p>
  </section>`;
}

/** A template makes a blank of each control character, also of the ends of lines. */
const asLines = (text: string): Html[] =>
  text.split('\n').map((line, index) => html`${index > 0 && Html.of('\n')}${line}`);

const SUBJECTS = {
  on_time: 'SMS with a login code arrived in time',
  late: 'SMS with a login code arrived late',
  lost: 'SMS with a login code did not arrive',
  unreadable: 'SMS with a login code could not be read',
  redacted: 'SMS with a login code was redacted',
  unmeasured: 'SMS with a login code',
} satisfies Record<CodeRecord['result'], string>;

/** Plain text with aligned columns; holds no code and no full number. */
export function ticketText({ attempt, code, phone, probe, receipts }: Case): string {
  const { expiryMs, messages } = attempt;
  const own = messages.filter(({ disposition }) => disposition === 'matched' || disposition === 'duplicate');
  const others = messages.filter((message) => !own.includes(message));
  const senders = probe?.senders ?? [];
  const lines: readonly (readonly [string, string])[] = [
    [
      'To',
      phone
        ? `${phone.masked} (${[phone.country, phone.carrier, phone.line].join(', ')})`
        : (attempt.phone ?? ''),
    ],
    ['Sender', own[0]?.from ?? (senders.length > 0 ? `${senders.join(' or ')} (expected)` : 'unknown')],
    ['Requested', exactTime(code.requestedAt)],
    ['Received', receivedOf(code, own[0], expiryMs)],
    ['Message id', own.map(({ providerId }) => providerId).join(', ') || 'none: nothing was received'],
    ...(own[0]?.times ?? []).map(
      ({ clock, at, resolutionMs }) =>
        [clockWords(clock), `${exactTime(at)} ± ${span(resolutionMs)}`] as const,
    ),
    ...receipts.map((receipt) => ['Receipt', receiptWords(receipt)] as const),
    ['Our reference', attempt.id],
  ];
  const table = lines.map(([name, value]) => `${`${name}:`.padEnd(17)}${value}`);
  const rest = others.map(
    ({ providerId, from, arrivedAt }) => `- ${providerId} from ${from}, ${exactTime(arrivedAt)}`,
  );
  return [
    `${SUBJECTS[code.result]}, ${new Date(code.requestedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    '',
    ...table,
    ...(rest.length > 0 ? ['', 'Other messages to this number meanwhile:', ...rest] : []),
  ].join('\n');
}

/** The provider knows the message by this id, also when it never came. */
const receiptWords = ({ providerId, said, saidAt, error }: ReceiptRecord): string =>
  `${providerId}: ${SAID_WORDS[said]} at ${exactTime(saidAt)}${error === null ? '' : `, error ${error}`}`;

function receivedOf(code: CodeRecord, message: MessageEvidence | undefined, expiryMs: number): string {
  if (message)
    return `${exactTime(message.arrivedAt)}${code.deliveryMs === null ? '' : `, after ${span(code.deliveryMs)}`}`;
  return code.result === 'lost'
    ? `nothing by ${exactTime(code.requestedAt + expiryMs)}, for ${span(expiryMs)}`
    : 'nothing';
}

/** `service centre`, as a row of the ticket names it. */
export const clockWords = (clock: string): string =>
  `${clock.charAt(0).toUpperCase()}${clock.slice(1).replace('_', ' ')}`;
