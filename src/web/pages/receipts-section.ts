import type { Attempt } from '../../domain/attempt.ts';
import { truthOf, type ReceiptRecord, type Said, type Truth } from '../../domain/receipt.ts';
import { html, type Html } from '../html.ts';
import { table } from './parts.ts';
import { clockTime } from './words.ts';

/** What the provider of the target's sender said, beside what was seen; null where it said nothing. */
export function receiptsSection(receipts: readonly ReceiptRecord[], attempt: Attempt): Html | null {
  if (receipts.length === 0) return null;
  const rows = receipts.map((receipt) => {
    const truth = truthOf(receipt.said, attempt);
    return html`<tr>
      <th scope="row">
        provider said ${SAID_WORDS[receipt.said]} at
        ${clockTime(receipt.saidAt)}${receipt.error && `, error ${receipt.error}`}
        <span class="faint">${receipt.providerId}</span>
      </th>
      <td>${seenWords(attempt)}</td>
      <td>${truth === null ? 'not known' : TRUTH_WORDS[truth]}</td>
    </tr>`;
  });
  return html`<section>
    <h2>Receipts</h2>
    ${table("What the sender's provider said", ['Said', 'Seen', 'So the receipt'], rows)}
    <p class="faint">Receipts are claims: they are shown and counted, and decide nothing.</p>
  </section>`;
}

export const SAID_WORDS: Readonly<Record<Said, string>> = {
  delivered: 'delivered',
  failed: 'failed',
  pending: 'on its way',
};

const TRUTH_WORDS: Readonly<Record<Truth, string>> = {
  delivered_seen: 'was right',
  delivered_never_seen: 'was wrong: nothing came',
  failed_seen: 'was wrong: it came',
  failed_never_seen: 'was right',
};

function seenWords({ code }: Attempt): string {
  if (!code || code.result === 'unmeasured') return 'not known';
  if (code.deliveryMs === null) return 'message never seen';
  return `message seen at ${clockTime(code.requestedAt + code.deliveryMs)}`;
}
