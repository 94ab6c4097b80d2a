import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { span } from '../domain/plan-strain.ts';
import { MINUTE } from '../domain/units.ts';
import { INBOX_ERRORS } from '../ports/inbox.ts';
import { renderTable } from '../config/render-table.ts';

const ANSWER_MS = 2000;
/** As the alert and the runbook count: one control may be late, two in a row are not. */
const CONTROLS_MISSED = 2;

const Answer = z.object({
  at: z.number(),
  inboxes: z.array(
    z.object({
      name: z.string(),
      up: z.boolean(),
      reason: z.string(),
      lastMessageAt: z.number().nullable(),
      errors: z.partialRecord(z.enum(INBOX_ERRORS), z.number()),
      controlEveryMs: z.number().nullable(),
    }),
  ),
});
type Answer = z.output<typeof Answer>;

/** What the daemon of this configuration, if one runs here, says of its inboxes. Asks nobody else, and never throws. */
export async function inboxHealth(config: Config): Promise<string> {
  if (Object.keys(config.inboxes).length === 0) return '';
  const { host, port } = config.web;
  const place = `${isAny(host) ? '127.0.0.1' : host}:${port}`;
  try {
    return renderHealth(await ask(config, place), place);
  } catch (error) {
    return `How the inboxes are is not known: ${reasonOf(error)} at ${place}.\n`;
  }
}

const isAny = (host: string): boolean => ['0.0.0.0', '::', ''].includes(host);

/** A token goes to this machine alone; its certificate is its own, and seldom names the loopback address. */
async function ask(config: Config, place: string): Promise<Answer> {
  const tls = config.webGuard?.guard.tls ?? null;
  const token = config.web.readToken?.reveal();
  const url = `${tls ? 'https' : 'http'}://${place}/api/v1/inboxes`;
  const dispatcher = new Agent(
    tls ? { connect: { ca: tls.certificate, checkServerIdentity: () => undefined } } : {},
  );
  try {
    const answer = await request(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
      dispatcher,
    });
    const body = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode} instead of an answer`);
    return Answer.parse(JSON.parse(body));
  } finally {
    await dispatcher.destroy();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return 'something else than this daemon listens';
  if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return 'no daemon runs';
  return error instanceof Error ? error.message : String(error);
}

const HEAD = ['inbox', 'state', 'last message', 'a control every', ...INBOX_ERRORS];

/** A row an inbox, then a line for each that needs somebody. */
export function renderHealth({ at, inboxes }: Answer, place: string): string {
  const rows = inboxes.map(({ name, up, lastMessageAt, errors, controlEveryMs }) => [
    name,
    up ? 'up' : 'down',
    lastMessageAt === null ? 'none yet' : `${minutes(at - lastMessageAt)} ago`,
    controlEveryMs === null ? '-' : minutes(controlEveryMs),
    ...INBOX_ERRORS.map((error) => String(errors[error] ?? 0)),
  ]);
  const notes = inboxes.flatMap(({ name, up, reason, lastMessageAt, errors, controlEveryMs }) => [
    ...(up ? [] : [`${name} cannot be read: ${reason}`]),
    ...(lastMessageAt !== null &&
    controlEveryMs !== null &&
    at - lastMessageAt > CONTROLS_MISSED * controlEveryMs
      ? [
          `${name} is silent: nothing came in ${minutes(at - lastMessageAt)}, and a control should every ${minutes(controlEveryMs)}`,
        ]
      : []),
    ...((errors.signature ?? 0) > 0
      ? [
          `${name} refused ${errors.signature} requests that proved nothing: is its secret or public address the sender's?`,
        ]
      : []),
  ]);
  const what = `The daemon at ${place} says of its inboxes, errors since its start:\n`;
  return `${what}${renderTable([HEAD, ...rows])}${notes.map((note) => `\n${note}.`).join('')}${notes.length > 0 ? '\n' : ''}`;
}

const minutes = (ms: number): string => span(Math.max(1, Math.ceil(ms / MINUTE)) * MINUTE);
