import { kannelInbox } from '../../../src/inboxes/kannel.ts';
import type { HookRequest } from '../../../src/ports/inbox.ts';
import { ARRIVED, type InboxHarness, type PushedMessage } from '../../contracts/inbox-contract.ts';
import { inboxDeps } from '../inbox-deps.ts';

export const TOKEN = 'a-token-of-twenty-four-l';

export const openKannel = (settings: Record<string, unknown> = {}) =>
  kannelInbox.create(kannelInbox.schema.parse({ token: TOKEN, ...settings }), inboxDeps());

/** As octstr_url_encode of Kannel's gwlib escapes: all but letters and digits, and a blank becomes `+`. */
export const escapeBytes = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      if (/[A-Za-z0-9]/.test(letter)) return letter;
      return letter === ' ' ? '+' : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');

export const getKannel = (parameters: Readonly<Record<string, string | Buffer | undefined>>): HookRequest => {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeBytes(Buffer.from(value))}`],
  );
  return {
    method: 'GET',
    url: `/hooks/main?${pairs.join('&')}`,
    headers: { 'user-agent': 'Kannel/1.4.5' },
    body: Buffer.alloc(0),
    arrived: ARRIVED,
  };
};

/** What the get-url of docs/inboxes/kannel.md sends. */
export const kannelFields = ({ id, from, to, text }: PushedMessage) => ({
  token: TOKEN,
  id,
  from,
  to,
  text,
  charset: 'UTF-8',
  coding: '0',
  time: String(Math.floor(ARRIVED.at / 1000)),
});

export const kannelHarness = (): InboxHarness => ({
  inbox: openKannel(),
  push: (message) => getKannel(kannelFields(message)),
  signatureHeader: null,
  unsign: (request) => ({ ...request, url: request.url.replaceAll(/(?<=[?&])token=[^&]*&?/g, '') }),
  // The token proves who asks, not what is said.
  tamper: null,
  covered: ({ url }) => JSON.stringify(new URLSearchParams(url.split('?')[1] ?? '').getAll('token')),
  notANumber: '05005550111',
  hasMediaType: false,
  times: [{ clock: 'provider', at: Math.floor(ARRIVED.at / 1000) * 1000, resolutionMs: 1000 }],
});
