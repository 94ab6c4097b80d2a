import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMail } from '../../../src/inboxes/imap/mail.ts';
import { mailOf, NUMBERS } from './stage.ts';

const read = (lines: readonly string[], numbers: readonly string[] = NUMBERS) =>
  readMail(Buffer.from(lines.join('\r\n')), numbers);

const HEAD = [
  'From: ACME <No-Reply@ACME.example>',
  'To: codes@acme.example',
  'Subject: =?utf-8?Q?Your_c=C3=B6de?=',
];

test('a mail is its subject and its text, from the address in its From line', async () => {
  expect(await read([...HEAD, 'Content-Type: text/plain; charset=utf-8', '', 'It is 493021.'])).toEqual({
    from: 'no-reply@acme.example',
    to: 'codes@acme.example',
    body: 'Your cöde\nIt is 493021.',
    times: [],
  });
});

describe('a page', () => {
  const page = (html: string) => read([...HEAD, 'Content-Type: text/html; charset=utf-8', '', html]);

  test('is read as one sees it: a line for each block, nothing hidden, entities as characters', async () => {
    const html = `<html><head><title>999999</title><style>p { color: #123456 }</style></head><body>
      <div style="display:none">Preview 111111</div><h1>Hello&nbsp;Ada</h1><table><tr><td>Code:</td><td>493&#x200B;021</td></tr></table>
      <p>Valid for<br>10 minutes</p><script>var x = 222222;</script></body></html>`;
    const { body } = await page(html);
    expect(body.replaceAll('\u200b', '')).toBe('Your cöde\nHello Ada\nCode: 493021\nValid for\n10 minutes');
  });

  test('is only looked at where there is no plain text', async () => {
    const mail = await read([
      ...HEAD,
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'plain 493021',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>rich 111111</p>',
      '--b--',
    ]);
    expect(mail.body).toContain('plain 493021');
    expect(mail.body).not.toContain('rich');
  });
});

describe('the mailbox that a mail came to', () => {
  const to = async (lines: readonly string[], numbers?: readonly string[]) =>
    (await read(['From: a@b.example', ...lines, '', 'x'], numbers)).to;

  test('is the one of ours that the delivery or an addressee line names', async () => {
    expect(await to(['To: list@acme.example', 'Delivered-To: Codes+2@acme.example'])).toBe(
      'codes+2@acme.example',
    );
    expect(await to(['To: Ada <ada@acme.example>, codes@acme.example'])).toBe('codes@acme.example');
    expect(await to(['To: ada@acme.example', 'Cc: codes@acme.example'])).toBe('codes@acme.example');
    expect(await to(['X-Original-To: <codes@acme.example>', 'To: undisclosed-recipients:;'])).toBe(
      'codes@acme.example',
    );
  });

  test('is somebody else when none of ours is named', async () => {
    expect(await to(['To: ada@acme.example'])).toBe('ada@acme.example');
  });

  test('is the only one that there is when nobody is named, and nobody of several', async () => {
    expect(await to([], ['codes@acme.example'])).toBe('codes@acme.example');
    expect(NUMBERS).not.toContain(await to([]));
  });
});

test('the times of the servers on the way are kept, first one first, unreadable ones left out', async () => {
  const { times } = await read([
    'Received: from mx by imap.acme.example; Thu, 15 Jan 2026 12:00:05 +0000 (UTC)',
    'Received: from nowhere by nobody; yesterday',
    'Received: from app by mx.sender.example (Postfix) with ESMTP id 1; Thu, 15 Jan 2026 13:00:01 +0100',
    ...HEAD,
    '',
    'x',
  ]);
  expect(times).toEqual([
    { clock: 'relay', at: Date.parse('2026-01-15T12:00:01Z'), resolutionMs: 1000 },
    { clock: 'relay', at: Date.parse('2026-01-15T12:00:05Z'), resolutionMs: 1000 },
  ]);
});

test('whatever comes is read to something well formed and bounded', async () => {
  const cut = fc.tuple(fc.nat(400), fc.string({ unit: 'binary', maxLength: 100 })).map(([at, rubbish]) => {
    const mail = mailOf('code 493021');
    return Buffer.from(`${mail.slice(0, at)}${rubbish}${mail.slice(at)}`);
  });
  const source = fc.oneof(
    cut,
    fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets)),
  );
  await fc.assert(
    fc.asyncProperty(source, async (octets) => {
      const { body, from, to } = await readMail(octets, NUMBERS);
      expect(body.isWellFormed() && body.length <= 10_000).toBe(true);
      expect(from.length).toBeLessThanOrEqual(254);
      expect(from + to).not.toMatch(/^$/);
    }),
    { numRuns: 300 },
  );
});
