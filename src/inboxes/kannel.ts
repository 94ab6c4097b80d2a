import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ProviderTime } from '../domain/message.ts';
import { SECOND } from '../domain/units.ts';
import { defineKind } from '../ports/kind.ts';
import type { HookReply, HookRequest, HookVerdict, Inbox, InboxDeps } from '../ports/inbox.ts';
import { secret } from '../ports/settings.ts';
import { pushed, refuse, takeMessages } from './hook-answers.ts';
import { needHooks } from './hooks-needed.ts';
import { readMessage } from './inbound-fields.ts';
import { MAX_TEXT } from './json-document.ts';
import { readRawQuery } from './raw-query.ts';

const schema = z.strictObject({
  /** What `token` in the get-url must be; Kannel cannot sign. */
  token: secret().refine(
    (token) => token.reveal().length >= 16,
    'expected 16 characters or more: it is all that proves a request',
  ),
});

/** A Kannel gateway's get-url, see docs/inboxes/kannel.md. */
export const kannelInbox = defineKind({
  kind: 'kannel',
  schema,
  create: createKannelInbox,
  check: needHooks('a kannel inbox'),
});

/** What Kannel is answered it may send back by SMS, for money. */
const NO_REPLY: HookReply = { status: 200, contentType: 'text/plain', body: '' };

const MAX_PARAMETERS = 50;

function createKannelInbox(settings: z.output<typeof schema>, deps: InboxDeps): Inbox {
  const token = digest(Buffer.from(settings.token.reveal()));

  function receive(request: HookRequest): HookVerdict {
    const query = readRawQuery(request.url, MAX_PARAMETERS);
    if (!query) return refuse(400, `expected at most ${MAX_PARAMETERS} parameters, each once`);
    const given = query.get('token');
    if (!given) return refuse(401, 'expected token in the get-url');
    if (!timingSafeEqual(digest(given), token)) {
      return refuse(403, 'token in the get-url is not the one that is configured here');
    }
    const value = (name: string): string => query.get(name)?.toString('utf8') ?? '';
    const charset = charsetOf(value('charset'), value('coding'));
    if (charset === null) return refuse(400, 'charset: expected %C of Kannel, such as UTF-8 or UTF-16BE');
    const text = new TextDecoder(charset, { ignoreBOM: true }).decode(query.get('text'));
    if (text.length > MAX_TEXT) return refuse(400, `text: expected at most ${MAX_TEXT} characters`);
    const written = { id: value('id'), from: value('from'), to: value('to'), text };
    const message = readMessage(written, NAMES);
    if ('problem' in message) return refuse(400, message.problem);
    const times = readSeconds(value('time'));
    return takeMessages([{ ...message, times, ...pushed(deps, request) }], NO_REPLY);
  }

  return { hook: { methods: ['GET'], receive } };
}

/** Compared as digests, so that neither length nor place of a difference shows. */
const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const NAMES = { id: 'id', from: 'from', to: 'to', bare: true };

const CHARSETS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  'utf-16be': 'utf-16be',
  'iso-8859-1': 'iso-8859-1',
  'us-ascii': 'utf-8',
  '8-bit': 'iso-8859-1',
};

/** %C, or else by %c: 2 is UCS-2, sent as it came (gw/urltrans.c). */
function charsetOf(charset: string, coding: string): string | null {
  if (charset === '') return coding === '2' ? 'utf-16be' : 'utf-8';
  const name = charset.toLowerCase();
  return Object.hasOwn(CHARSETS, name) ? (CHARSETS[name] ?? null) : null;
}

/** %T: seconds since 1970, by Kannel's clock or, for modems, by the SMS centre's. */
function readSeconds(written: string): ProviderTime[] {
  if (!/^[0-9]{1,12}$/.test(written)) return [];
  return [{ clock: 'provider', at: Number(written) * SECOND, resolutionMs: SECOND }];
}
