import { printable } from '../config/path.ts';
import type { Attempt } from '../domain/attempt.ts';
import { SECOND } from '../domain/units.ts';

const seconds = (ms: number): string => `${(ms / SECOND).toFixed(ms < 10 * SECOND ? 2 : 1)} s`;

/** A finished attempt, for a person at a terminal. */
export function renderAttempt(attempt: Attempt): string {
  const { probe, outcome, fault, reason, account, phone, code } = attempt;
  const verdict = fault === 'none' ? outcome : `${outcome} (fault: ${fault})`;
  const lines = [
    `${probe}: ${verdict}: ${printable(reason)}`,
    `  account   ${account}${phone === null ? '' : `, phone ${phone}, route ${attempt.route ?? '-'}`}`,
    ...attempt.stages.map(
      (stage) =>
        `  ${stage.stage.padEnd(12)} ${seconds(stage.durationMs).padStart(8)}  ${stage.ok ? 'ok' : 'failed'}`,
    ),
    ...(code ? [`  code      ${codeWords(code)}`] : []),
    ...attempt.messages.map(
      (message) =>
        `  message   from ${printable(message.from)}: ${message.disposition}${arrival(message.afterRequestMs)}`,
    ),
    `  attempt   ${attempt.id}`,
  ];
  return `${lines.join('\n')}\n`;
}

function codeWords(code: NonNullable<Attempt['code']>): string {
  const came = code.deliveryMs === null ? 'did not come' : `came after ${seconds(code.deliveryMs)}`;
  const exact = code.uncertaintyMs > 0 ? ` (found by a poll; up to ${seconds(code.uncertaintyMs)} less)` : '';
  return `${code.result}: ${came}${exact}`;
}

const arrival = (afterMs: number | null): string =>
  afterMs === null ? '' : `, ${seconds(afterMs)} after the request`;
