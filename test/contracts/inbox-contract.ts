import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HookRequest, HookVerdict, Inbox } from '../../src/ports/inbox.ts';
import type { Stamp } from '../../src/domain/stamp.ts';

/** One valid message as the provider would push it, and what must come of it. */
export interface InboxHarness {
  readonly inbox: Inbox;
  /** A request that carries this message, signed as the provider signs. */
  push(message: PushedMessage): HookRequest;
  /** The header that proves the request. */
  readonly signatureHeader: string;
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

const MESSAGE: PushedMessage = {
  id: 'SM00000000000000000000000000000001',
  from: '+18335550100',
  to: '+15005550111',
  text: 'Your ACME code is 493 021 — naïve ☎️ & more = 100%',
};

/** What every inbox that takes hooks must do. */
export function inboxContract(name: string, open: () => InboxHarness): void {
  describe(`an inbox of kind ${name}`, () => {
    test('hands over a valid message, normalised, with the stamp of its arrival', () => {
      const harness = open();
      const verdict = receive(harness, harness.push(MESSAGE));
      expect(verdict).toMatchObject({ accepted: true, reply: { status: 200 } });
      expect(verdict.accepted && verdict.messages).toEqual([
        {
          inbox: 'main',
          providerId: MESSAGE.id,
          from: MESSAGE.from,
          to: MESSAGE.to,
          body: MESSAGE.text,
          arrived: ARRIVED,
          uncertaintyMs: 0,
          times: [],
          redacted: false,
        },
      ]);
    });

    test('keeps the names and short codes of senders', () => {
      const harness = open();
      for (const from of ['ACME', '72975', 'Žluťásek Ltd']) {
        const verdict = receive(harness, harness.push({ ...MESSAGE, from }));
        expect(verdict.accepted && verdict.messages[0]?.from).toBe(from);
      }
    });

    test('gives a second delivery of a message the same id, and answers it as well', () => {
      const harness = open();
      const [first, second] = [1, 2].map(() => receive(harness, harness.push(MESSAGE)));
      expect(second).toEqual(first);
    });

    test('tells two messages apart by their id although their texts are the same', () => {
      const harness = open();
      const ids = ['SM00000000000000000000000000000001', 'SM00000000000000000000000000000002'].map((id) => {
        const verdict = receive(harness, harness.push({ ...MESSAGE, id }));
        return verdict.accepted ? verdict.messages[0]?.providerId : null;
      });
      expect(ids[0]).not.toBe(ids[1]);
    });

    test('refuses a body of which one byte was changed', () => {
      const harness = open();
      const request = harness.push(MESSAGE);
      const at = request.body.indexOf('493');
      const body = Buffer.from(request.body);
      body.write('5', at);
      expect(receive(harness, { ...request, body })).toMatchObject({ accepted: false, status: 403 });
    });

    test('refuses a missing signature and the signature of another message', () => {
      const harness = open();
      const request = harness.push(MESSAGE);
      const { [harness.signatureHeader]: _dropped, ...unsigned } = request.headers;
      expect(refusal(receive(harness, { ...request, headers: unsigned }))).toMatch(/^40[13] .{20}/);
      const other = harness.push({ ...MESSAGE, text: 'something else' });
      expect(refusal(receive(harness, { ...request, headers: other.headers }))).toMatch(/^403 .{20}/);
    });

    test('refuses another content type', () => {
      const harness = open();
      const request = harness.push(MESSAGE);
      const headers = { ...request.headers, 'content-type': 'text/plain' };
      expect(refusal(receive(harness, { ...request, headers }))).toMatch(/^415 expected .{10}/);
    });

    test('refuses a signed message whose receiver is not a full number, without quoting it', () => {
      const harness = open();
      const answer = refusal(receive(harness, harness.push({ ...MESSAGE, to: '5005550111' })));
      expect(answer).toMatch(/^400 .*\+15005550111/);
      expect(answer.replace('+15005550111', '')).not.toContain('5005550111');
    });

    test('neither throws nor believes anything, whatever the internet sends', () => {
      const harness = open();
      const valid = harness.push(MESSAGE);
      const hostile = fc.record({
        method: fc.constantFrom('POST', 'GET', 'PUT', ''),
        url: fc.oneof(fc.constant(valid.url), fc.webPath(), fc.string()),
        headers: fc.dictionary(
          fc.constantFrom('content-type', harness.signatureHeader, ...Object.keys(valid.headers)),
          fc.oneof(fc.constantFrom(...Object.values(valid.headers)), fc.string({ unit: 'binary' })),
        ),
        body: fc.oneof(
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
          fc.json().map((json) => Buffer.from(json)),
          fc.nat(valid.body.length - 1).map((length) => valid.body.subarray(0, length)),
        ),
        arrived: fc.constant(ARRIVED),
      });
      fc.assert(
        fc.property(hostile, (request) => {
          expect(refusal(receive(harness, request))).toMatch(/^4[0-9]{2} .{10}/s);
        }),
        { numRuns: 2000 },
      );
    });

    test('neither throws nor hands over rubbish when the provider itself signs it', () => {
      const harness = open();
      const text = fc.string({ unit: 'binary', maxLength: 80 });
      fc.assert(
        fc.property(fc.record({ id: text, from: text, to: text, text }), (message) => {
          const verdict = receive(harness, harness.push(message));
          if (!verdict.accepted) return;
          for (const taken of verdict.messages) {
            expect(taken.to).toMatch(/^\+[1-9][0-9]{5,14}$/);
            expect(taken.providerId).toMatch(/^[\x21-\x7e]+$/);
            expect(taken.from.isWellFormed()).toBe(true);
          }
        }),
        { numRuns: 1000 },
      );
    });
  });
}

function receive(harness: InboxHarness, request: HookRequest): HookVerdict {
  if (!harness.inbox.hook) throw new Error('the inbox takes no hooks');
  return harness.inbox.hook.receive(request);
}

const refusal = (verdict: HookVerdict): string =>
  verdict.accepted ? 'accepted' : `${verdict.status} ${verdict.reason}`;
