import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InboundMessage } from '../../src/domain/message.ts';
import { answerHook } from '../../src/web/hooks-answer.ts';
import { ARRIVED } from '../contracts/inbox-contract.ts';
import { expectAlways, nastyText } from '../support/fuzz.ts';
import { openWebhook, signWebhook } from '../support/providers/webhook.ts';

/** What the listener answers, and all that it kept and logged on the way. */
async function answered(request: {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}) {
  const kept: InboundMessage[] = [];
  const logged: unknown[] = [];
  const answer = await answerHook(request, { read: 'whole', body: request.body }, ARRIVED, {
    inboxes: new Map([['main', openWebhook()]]),
    accept: async (_inbox, messages) => void kept.push(...messages),
    logger: { log: (...line) => void logged.push(line) },
  });
  return { answer, kept, logged: JSON.stringify(logged) };
}

const body = fc.oneof(
  nastyText.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
);

test('whatever is not signed is refused, and neither kept nor repeated', { timeout: 60_000 }, async () => {
  const header = fc.constantFrom(
    'x-signature',
    'x-timestamp',
    'content-type',
    'content-encoding',
    '__proto__',
    'host',
  );
  await expectAlways(
    'unsigned hooks',
    fc.asyncProperty(
      fc.constantFrom('POST', 'GET', 'PUT', 'TRACE', ''),
      fc.oneof(
        fc.constant('/hooks/main'),
        nastyText,
        nastyText.map((text) => `/hooks/${text}`),
      ),
      fc.dictionary(header, nastyText),
      body,
      async (method, url, headers, bytes) => {
        const { answer, kept, logged } = await answered({ method, url, headers, body: bytes });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(kept).toEqual([]);
        const text = bytes.toString('utf8').trim();
        if (text.length > 12) expect(`${answer.body ?? ''}${logged}`).not.toContain(text);
      },
    ),
  );
});

test(
  'whatever is signed is kept whole or refused in words, never a fault of ours',
  { timeout: 60_000 },
  async () => {
    const message = fc.record(
      {
        id: fc.oneof(fc.constant('m-1'), nastyText),
        from: fc.oneof(fc.constant('ACME'), nastyText),
        to: fc.oneof(fc.constant('+15005550111'), nastyText),
        text: nastyText,
        sentAt: fc.oneof(fc.constant('2026-01-15T11:59:58Z'), nastyText, fc.constant(null)),
      },
      { requiredKeys: [] },
    );
    await expectAlways(
      'signed hooks',
      fc.asyncProperty(
        fc.oneof(
          message.map((fields) => Buffer.from(JSON.stringify(fields))),
          body,
        ),
        async (bytes) => {
          const { method, url, headers } = signWebhook(bytes);
          const { answer, kept } = await answered({ method, url, headers: { ...headers }, body: bytes });
          expect([200, 400]).toContain(answer.status);
          expect(kept).toHaveLength(answer.status === 200 ? 1 : 0);
          for (const { from, to, body: text } of kept) {
            expect(from).not.toMatch(/\p{Cc}/u);
            expect(to).toMatch(/^\+[0-9]+$/);
            expect(text).toBe((JSON.parse(bytes.toString('utf8')) as { text: string }).text);
          }
        },
      ),
    );
  },
);
