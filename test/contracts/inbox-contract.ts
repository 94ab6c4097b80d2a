import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProviderTime } from '../../src/domain/message.ts';
import type { HookRequest, HookVerdict, Inbox } from '../../src/ports/inbox.ts';
import type { Stamp } from '../../src/domain/stamp.ts';
import { receiveHook, refusal } from '../support/receive-hook.ts';

/** A provider that pushes: how it signs, and what must come of one valid message. */
export interface InboxHarness {
  readonly inbox: Inbox;
  /** A request that carries this message, signed as the provider signs. */
  push(message: PushedMessage): HookRequest | Promise<HookRequest>;
  /** The header that proves the request; null where the proof is in what is sent. */
  readonly signatureHeader: string | null;
  /** Takes the proof off, where it is no header. */
  unsign?(request: HookRequest): HookRequest;
  /** Puts a 5 in the place of the code's first digit. Null where the provider's proof does not cover the text. */
  readonly tamper?: ((request: HookRequest) => HookRequest) | null;
  /** All that the proof covers, as one text: two requests with the same one say the same. */
  covered(request: HookRequest): string;
  /** What the provider tells of a message's times, beside it; default none. */
  readonly times?: readonly ProviderTime[];
  /** A receiver, as the provider writes them, that is not a full number. */
  readonly notANumber?: string;
  /** Whether the media type of the body says how to read it; default true. */
  readonly hasMediaType?: boolean;
}

export interface PushedMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export const ARRIVED: Stamp = {
  at: Date.parse('2026-01-15T12:00:00.250Z'),
  monotonicMs: 5_000.5,
  boot: 'b1',
};

export const PUSHED: PushedMessage = {
  id: 'SM00000000000000000000000000000001',
  from: '+18335550100',
  to: '+15005550111',
  text: 'Your ACME code is 493 021 — naïve ☎️ & more = 100%',
};

/** Not an expectation: how long a busy machine may take for a property. */
const PATIENCE_MS = 120_000;

/** Changes the code in the raw body. */
export function tamperBody(request: HookRequest): HookRequest {
  const body = Buffer.from(request.body);
  const at = body.indexOf('493');
  if (at >= 0) body.write('5', at);
  return { ...request, body };
}

export function unsign(harness: InboxHarness, request: HookRequest): HookRequest {
  if (harness.unsign) return harness.unsign(request);
  const { [harness.signatureHeader ?? '']: _dropped, ...headers } = request.headers;
  return { ...request, headers };
}

/** What every inbox that takes hooks must do. */
export function inboxContract(name: string, open: () => InboxHarness): void {
  describe(`an inbox of kind ${name}`, () => {
    test('hands over a valid message, normalised, with the stamp of its arrival', async () => {
      const harness = open();
      const verdict = await receive(harness, PUSHED);
      expect(verdict).toMatchObject({ accepted: true, reply: { status: 200 } });
      expect(verdict.accepted && verdict.messages).toEqual([
        {
          inbox: 'main',
          providerId: PUSHED.id,
          from: PUSHED.from,
          to: PUSHED.to,
          body: PUSHED.text,
          arrived: ARRIVED,
          uncertaintyMs: 0,
          times: harness.times ?? [],
          redacted: false,
        },
      ]);
    });

    test('keeps the names and short codes of senders', async () => {
      const harness = open();
      for (const from of ['ACME', '72975', 'Žluťásek Ltd']) {
        const verdict = await receive(harness, { ...PUSHED, from });
        expect(verdict.accepted && verdict.messages[0]?.from).toBe(from);
      }
    });

    test('gives a second delivery of a message the same id, and answers it as well', async () => {
      const harness = open();
      const first = await receive(harness, PUSHED);
      expect(await receive(harness, PUSHED)).toEqual(first);
    });

    test('tells two messages apart by their id although their texts are the same', async () => {
      const harness = open();
      const ids = ['SM00000000000000000000000000000001', 'SM00000000000000000000000000000002'].map(
        async (id) => {
          const verdict = await receive(harness, { ...PUSHED, id });
          return verdict.accepted ? verdict.messages[0]?.providerId : null;
        },
      );
      expect(await ids[0]).not.toBe(await ids[1]);
    });

    test('refuses a text of which one character was changed', async () => {
      const harness = open();
      if (harness.tamper === null) return;
      const request = await harness.push(PUSHED);
      const tampered = (harness.tamper ?? tamperBody)(request);
      expect(await receiveHook(harness.inbox, tampered)).toMatchObject({ accepted: false, status: 403 });
    });

    test('refuses a missing signature and the signature of another message', async () => {
      const harness = open();
      const request = await harness.push(PUSHED);
      const unsigned = await receiveHook(harness.inbox, unsign(harness, request));
      expect(refusal(unsigned)).toMatch(/^40[13] .{20}/);
      if (harness.tamper === null || harness.signatureHeader === null) return;
      const other = await harness.push({ ...PUSHED, text: 'something else' });
      const swapped = await receiveHook(harness.inbox, { ...request, headers: other.headers });
      expect(refusal(swapped)).toMatch(/^403 .{20}/);
    });

    test('refuses another content type', async () => {
      const harness = open();
      if (harness.hasMediaType === false) return;
      const request = await harness.push(PUSHED);
      const headers = { ...request.headers, 'content-type': 'image/png' };
      expect(refusal(await receiveHook(harness.inbox, { ...request, headers }))).toMatch(
        /^415 expected .{10}/,
      );
    });

    test('refuses a signed message whose receiver is not a full number, without quoting it', async () => {
      const harness = open();
      const to = harness.notANumber ?? '5005550111';
      const answer = refusal(await receive(harness, { ...PUSHED, to }));
      expect(answer).toMatch(/^400 .*\+?15005550111/);
      expect(answer.replace(/\+?15005550111/, '')).not.toContain(to);
    });

    test(
      'neither throws nor hands over rubbish when the provider itself signs it',
      async () => {
        const harness = open();
        const text = fc.string({ unit: 'binary', maxLength: 80 });
        await fc.assert(
          fc.asyncProperty(fc.record({ id: text, from: text, to: text, text }), async (message) => {
            const verdict = await receive(harness, message);
            if (!verdict.accepted) return;
            for (const taken of verdict.messages) {
              expect(taken.to).toMatch(/^\+[1-9][0-9]{5,14}$/);
              expect(taken.providerId).toMatch(/^[\x21-\x7e]+$/);
              expect(taken.from.isWellFormed()).toBe(true);
            }
          }),
          { numRuns: 200 },
        );
      },
      PATIENCE_MS,
    );
  });
}

const receive = async (harness: InboxHarness, message: PushedMessage): Promise<HookVerdict> =>
  receiveHook(harness.inbox, await harness.push(message));
