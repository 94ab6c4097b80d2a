import type { Attempt, CodeRecord } from '../../domain/attempt.ts';
import { html, type Content, type Html } from '../html.ts';
import { exactTime, FAULT_SIGNS, OUTCOME_WORDS, span, STAGE_WORDS } from './words.ts';

/** Why an attempt got its outcome: the facts in their order, and whom it counts against. */
export function whySection(attempt: Attempt): Html {
  return html`<section>
    <h2>Why it is “${OUTCOME_WORDS[attempt.outcome].short}”</h2>
    <ol class="why">
      ${factsOf(attempt).map((fact) => html`<li>${fact}</li>`)}
    </ol>
  </section>`;
}

function factsOf(attempt: Attempt): Content[] {
  const { code, stages, fault, outcome, reason } = attempt;
  const failed = stages.find(({ ok }) => !ok);
  return [
    ...(code ? codeFacts(code, attempt) : ['No code was asked for.']),
    ...(failed ? [`The first stage that failed: ${STAGE_WORDS[failed.stage]}.`] : []),
    ...(reason === '' ? [] : [html`What was found: ${reason}.`]),
    outcome === 'ok'
      ? 'So all is well.'
      : html`So the fault is that of <b>${FAULT_SIGNS[fault].owner}</b>: ${COUNTS[fault]}.`,
  ];
}

const COUNTS = {
  none: 'nothing counts against the target',
  delivery: 'it counts against the delivery of the target’s codes',
  target: 'it counts against the target',
  blocked: 'nothing was measured, and nothing counts against the target',
  receiver: 'nothing counts against the target',
  monitor: 'nothing counts against the target',
} satisfies Record<Attempt['fault'], string>;

function codeFacts(code: CodeRecord, { deadlineMs, expiryMs, messages, phone }: Attempt): Content[] {
  const { requestedAt, deliveryMs, result, overdue } = code;
  const others = messages.filter(({ disposition }) => disposition !== 'matched').length;
  const asked = html`The code was asked for at ${exactTime(requestedAt)}; it was due within
  ${span(deadlineMs)}, and could be used for ${span(expiryMs)}.`;
  const came =
    deliveryMs === null
      ? html`No code reached ${phone ?? 'us'} in that time${overdue && ', not even after it was overdue'}.`
      : html`A message with it came after <b>${span(deliveryMs)}</b>${overdue && ', when it was overdue'}.`;
  return [
    asked,
    came,
    ...(others > 0
      ? [`${others} other ${others === 1 ? 'message' : 'messages'} came and did not count; see below.`]
      : []),
    html`The code counts as <b>${result.replace('_', ' ')}</b>.`,
  ];
}
