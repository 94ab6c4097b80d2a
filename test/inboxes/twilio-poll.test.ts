import { expect, test } from 'vitest';
import { twilioInbox } from '../../src/inboxes/twilio.ts';
import { dateArrival } from '../../src/inboxes/poll-arrival.ts';
import type { InboundMessage } from '../../src/domain/message.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  startFakeTwilio,
  twilioError,
  type FakeAnswer,
} from '../support/fake-twilio.ts';
import { inboxDeps } from '../support/inbox-deps.ts';

const NOON = Date.parse('2026-01-15T12:00:00Z');
const forever = () => new AbortController().signal;

/** One entry of the list, in the shape that Twilio documents; `at` counts seconds from noon. */
const entry = (number: number, at: number, more: Record<string, unknown> = {}) => ({
  sid: `SM${String(number).padStart(32, '0')}`,
  account_sid: ACCOUNT_SID,
  direction: 'inbound',
  from: '+18335550100',
  to: '+15005550111',
  body: `message ${number}`,
  status: 'received',
  date_created: new Date(NOON + at * 1000).toUTCString(),
  date_sent: new Date(NOON + at * 1000).toUTCString(),
  error_code: null,
  ...more,
});

const page = (messages: readonly unknown[], next: string | null = null): FakeAnswer => ({
  status: 200,
  json: { messages, next_page_uri: next, page: 0, page_size: 200 },
});

async function start(answer: () => FakeAnswer, settings: Record<string, unknown> = {}) {
  const clock = new FakeClock(NOON);
  const twilio = await startFakeTwilio(answer);
  const parsed = twilioInbox.schema.parse({
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    apiUrl: twilio.apiUrl,
    ...settings,
  });
  const { poll } = twilioInbox.create(parsed, inboxDeps(clock));
  if (!poll) throw new Error('the inbox does not poll');
  return { clock, twilio, poll };
}

const ids = (messages: readonly InboundMessage[]) => messages.map((message) => message.body);

test('incoming messages are found, sent ones and those of another kind are left out', async () => {
  const listed = [
    entry(1, -5),
    entry(2, -5, { direction: 'outbound-api' }),
    entry(3, -5, { to: 'whatsapp:+15005550111' }),
    entry(4, -5, { sid: null }),
    entry(5, -4, { from: 'ACME' }),
  ];
  const { poll } = await start(() => page(listed));
  const messages = await poll.fetch(forever());
  expect(messages[0]).toEqual({
    inbox: 'main',
    providerId: 'SM00000000000000000000000000000001',
    from: '+18335550100',
    to: '+15005550111',
    body: 'message 1',
    redacted: false,
    arrived: { at: NOON - 4000, monotonicMs: -3000, boot: 'b1' },
    uncertaintyMs: 1000,
    times: [{ clock: 'provider', at: NOON - 5000, resolutionMs: 1000 }],
  });
  expect(ids(messages)).toEqual(['message 1', 'message 5']);
});

test('the question goes to the account, back over the overlap, in bounded pages', async () => {
  const { poll, twilio, clock } = await start(() => page([]));
  await poll.fetch(forever());
  await clock.advance(30_000);
  await poll.fetch(forever());
  expect(twilio.requests.map((request) => request.url)).toEqual([
    `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json?DateSent>=2026-01-15T11:45:00Z&PageSize=200`,
    `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json?DateSent>=2026-01-15T11:55:00Z&PageSize=200`,
  ]);
});

test('after a failed look the next one reaches back to the last that succeeded', async () => {
  const { poll, twilio, clock } = await start(() => page([]));
  await poll.fetch(forever());
  twilio.answer = () => ({ status: 500, json: {} });
  await clock.advance(600_000);
  await expect(poll.fetch(forever())).rejects.toThrow('HTTP 500');
  twilio.answer = () => page([entry(1, 300)]);
  await clock.advance(600_000);
  expect(ids(await poll.fetch(forever()))).toEqual(['message 1']);
  expect(twilio.requests.at(-1)?.url).toContain('DateSent>=2026-01-15T11:55:00Z');
});

test('a filter that Twilio does not honour is applied here', async () => {
  const { poll } = await start(() => page([entry(1, -7200), entry(2, -60)]));
  expect(ids(await poll.fetch(forever()))).toEqual(['message 2']);
});

test('further pages are read, to a limit', async () => {
  const { poll, twilio } = await start(() => page([]));
  let pages = 0;
  twilio.answer = () => {
    pages += 1;
    const messages = Array.from({ length: 200 }, (_, index) => entry(pages * 1000 + index, -5));
    return page(messages, `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json?Page=${pages}`);
  };
  expect(await poll.fetch(forever())).toHaveLength(1000);
  expect(pages).toBe(5);
});

test('a message is handed over again while it is in the overlap, with the arrival it had at first', async () => {
  const { poll, clock } = await start(() => page([entry(1, -5)]));
  const [first] = await poll.fetch(forever());
  await clock.advance(30_000);
  const [second] = await poll.fetch(forever());
  expect(second).toEqual(first);
  await clock.advance(300_000);
  await poll.fetch(forever());
  await clock.advance(30_000);
  expect(await poll.fetch(forever())).toEqual([]);
});

test('a redacted message is marked', async () => {
  const hidden = entry(1, -5, { error_code: 30_038, status: 'failed', body: 'Your code is ****' });
  const { poll } = await start(() => page([hidden]));
  expect(await poll.fetch(forever())).toMatchObject([{ redacted: true }]);
});

test.each([
  [() => twilioError(401, 20_003, 'Authenticate'), /HTTP 401, error 20003 .*check accountSid and authToken/],
  [() => twilioError(404, 20_404, 'The requested resource was not found'), /HTTP 404.*check accountSid/],
  [() => twilioError(429, 20_429, 'Too Many Requests'), /HTTP 429.*raise reconcile/],
  [() => ({ status: 503, text: '<html>down</html>' }) as const, /HTTP 503; see https:\/\/status/],
  [() => ({ status: 200, text: '<html>ok</html>' }) as const, /could not be read/],
])(
  'when Twilio cannot be read the receiver is down, with what it answered and what to do: %#',
  async (answer, expected) => {
    const { poll } = await start(answer);
    const failure = await poll.fetch(forever()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ outcome: 'receiver_down', message: expect.stringMatching(expected) });
  },
);

test('a question that was refused is not asked again', async () => {
  const { poll, twilio } = await start(() => twilioError(429, 20_429, 'Too Many Requests'));
  await expect(poll.fetch(forever())).rejects.toThrow('HTTP 429');
  expect(twilio.requests).toHaveLength(1);
});

test('no network is told with its error code', async () => {
  const { poll } = await start(() => page([]), { apiUrl: 'http://127.0.0.1:1' });
  await expect(poll.fetch(forever())).rejects.toThrow(/no answer \(ECONNREFUSED\); check this host/);
});

test('the signal ends a question that is never answered', async () => {
  const asked = Promise.withResolvers<void>();
  const { poll } = await start(() => {
    asked.resolve();
    return 'hang';
  });
  const controller = new AbortController();
  const fetched = poll.fetch(controller.signal).catch((error: unknown) => error);
  await asked.promise;
  controller.abort(new Error('enough'));
  expect(await fetched).toMatchObject({
    outcome: 'receiver_down',
    message: expect.stringContaining('no answer within the time allowed'),
  });
});

test('reconcile is how often to look, 30 s by default and never under one', async () => {
  expect((await start(() => page([]))).poll.everyMs).toBe(30_000);
  expect((await start(() => page([]), { reconcile: '2m' })).poll.everyMs).toBe(120_000);
  const hasty = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, reconcile: '100ms' };
  expect(twilioInbox.schema.safeParse(hasty).success).toBe(false);
});

const stamp = (at: number) => ({ at, monotonicMs: at - NOON, boot: 'b1' });

test('a polled message counts as of the end of its second, and may have been here since the last look', () => {
  expect(dateArrival(NOON + 12_000, stamp(NOON), stamp(NOON + 30_000))).toMatchObject({
    arrived: stamp(NOON + 13_000),
    uncertaintyMs: 13_000,
  });
});

test('a provider whose clock is slow cannot date a message before the last look, which did not see it', () => {
  expect(dateArrival(NOON - 90_000, stamp(NOON), stamp(NOON + 30_000))).toMatchObject({
    arrived: stamp(NOON),
    uncertaintyMs: 0,
  });
});

test('a provider whose clock is fast cannot date a message after now', () => {
  expect(dateArrival(NOON + 90_000, stamp(NOON), stamp(NOON + 30_000))).toMatchObject({
    arrived: stamp(NOON + 30_000),
    uncertaintyMs: 30_000,
  });
});

test('a wall clock that was set between two looks does not move the bounds', () => {
  const now = { at: NOON - 3_600_000 + 30_000, monotonicMs: 30_000, boot: 'b1' };
  const dated = dateArrival(NOON + 12_000, stamp(NOON), now);
  expect(dated).toMatchObject({ arrived: { monotonicMs: 30_000 }, uncertaintyMs: 30_000 });
});
