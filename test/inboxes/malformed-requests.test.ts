import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InboundMessage } from '../../src/domain/message.ts';
import type { HookRequest } from '../../src/ports/inbox.ts';
import { answerHook } from '../../src/web/hooks-answer.ts';
import { PUSHED, unsign, type InboxHarness } from '../contracts/inbox-contract.ts';
import { mutation } from '../support/mutations.ts';
import { gatewayHarness } from '../support/providers/android-sms-gateway.ts';
import { awsSnsHarness } from '../support/providers/aws-sns.ts';
import { httpSmsHarness } from '../support/providers/httpsms.ts';
import { kannelHarness } from '../support/providers/kannel.ts';
import { telnyxHarness } from '../support/providers/telnyx.ts';
import { twilioHarness } from '../support/providers/twilio.ts';
import {
  vonageFormHarness,
  vonageGetHarness,
  vonageJsonHarness,
  vonageTokenHarness,
} from '../support/providers/vonage.ts';
import { webhookHarness } from '../support/providers/webhook.ts';

const KINDS: readonly [string, () => InboxHarness][] = [
  ['android-sms-gateway', gatewayHarness],
  ['aws-sns', awsSnsHarness],
  ['httpsms', httpSmsHarness],
  ['kannel', kannelHarness],
  ['telnyx', telnyxHarness],
  ['twilio', twilioHarness],
  ['vonage, by GET', vonageGetHarness],
  ['vonage, by a form', vonageFormHarness],
  ['vonage, by JSON', vonageJsonHarness],
  ['vonage, with a token', vonageTokenHarness],
  ['webhook', webhookHarness],
];

const RUNS = 20_000;
/** Not an expectation: how long a busy machine may take for them. */
const PATIENCE_MS = 300_000;

/** Sends the request past the sockets through all that the hooks listener does with it. */
async function send(harness: InboxHarness, request: HookRequest) {
  const taken: InboundMessage[] = [];
  const failures: unknown[] = [];
  const answer = await answerHook(request, { read: 'whole', body: request.body }, request.arrived, {
    inboxes: new Map([['main', harness.inbox]]),
    accept: async (_name, messages) => void taken.push(...messages),
    logger: { log: (level, event, facts) => void (level === 'error' && failures.push([event, facts])) },
  });
  return { status: answer.status, taken, failures };
}

describe.each(KINDS)('an inbox of kind %s', (_kind, open) => {
  test(
    `of ${RUNS} spoilt requests none is a 5xx, a crash, or a message that the provider did not sign`,
    async () => {
      const harness = open();
      const valid = await harness.push(PUSHED);
      const covered = harness.covered(valid);
      expect((await send(harness, valid)).taken).toHaveLength(1);
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(mutation, async (mutate) => {
          const spoilt = mutate(valid);
          const { status, taken, failures } = await send(harness, spoilt);
          expect(failures).toEqual([]);
          expect(status).toBeLessThan(500);
          if (harness.covered(spoilt) !== covered) expect(taken).toEqual([]);
          if (status >= 400) refused += 1;
        }),
        { numRuns: RUNS },
      );
      // Were all of them harmless, this would show nothing.
      expect(refused).toBeGreaterThan(RUNS / 4);
    },
    PATIENCE_MS,
  );

  test(
    'without its proof no spoilt request gets anything in',
    async () => {
      const harness = open();
      const bare = unsign(harness, await harness.push(PUSHED));
      await fc.assert(
        fc.asyncProperty(mutation, async (mutate) => {
          const { status, taken, failures } = await send(harness, unsign(harness, mutate(bare)));
          expect([taken, failures]).toEqual([[], []]);
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        }),
        { numRuns: RUNS / 10 },
      );
    },
    PATIENCE_MS,
  );
});
