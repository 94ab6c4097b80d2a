import { imapInbox } from '../../../src/inboxes/imap/imap.ts';
import type { Inbox } from '../../../src/ports/inbox.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import { IMAP_USER, type FakeImap } from '../../support/fake-imap.ts';
import { inboxDeps } from '../../support/inbox-deps.ts';

export const NUMBERS = ['codes@acme.example', 'codes+2@acme.example'];

export function createInbox(imap: FakeImap, clock: FakeClock, settings: object = {}): Inbox {
  const own = {
    host: '127.0.0.1',
    port: imap.port,
    encryption: 'none',
    user: IMAP_USER,
    password: 'pw-of-us',
  };
  const deps = { ...inboxDeps(clock), numbers: NUMBERS };
  return imapInbox.create(imapInbox.schema.parse({ ...own, ...settings }), deps);
}

/** A mail as a login service sends one. */
export const mailOf = (text: string, from = 'no-reply@acme.example', to = 'codes@acme.example'): string =>
  [
    `From: ACME <${from}>`,
    `To: ${to}`,
    'Subject: Your code',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(text).toString('base64'),
    '',
  ].join('\r\n');
