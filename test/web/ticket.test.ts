import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { Attempt, MessageEvidence } from '../../src/domain/attempt.ts';
import type { ReceiptRecord } from '../../src/domain/receipt.ts';
import { ticketText } from '../../src/web/pages/ticket.ts';
import { waterfall } from '../../src/web/pages/waterfall.ts';
import { whySection } from '../../src/web/pages/why.ts';
import { aCode, anAttempt, aPhone, aPlan, aProbe, NOON } from '../support/builders.ts';
import { aSnapshot, FakeOperations } from '../support/fake-operations.ts';
import { bearer, BROWSER, createWebStand, READ_TOKEN, TOKENS } from './stand.ts';

const message = (change: Partial<MessageEvidence> = {}): MessageEvidence => ({
  id: 'm1',
  providerId: 'SM11',
  disposition: 'matched',
  from: 'ACME',
  arrivedAt: NOON + 4300,
  afterRequestMs: 4000,
  times: [{ clock: 'service_centre', at: NOON + 2000, resolutionMs: 1000 }],
  ...change,
});

const came = anAttempt(aPlan('attempt-7'), { messages: [message()] });
const lost = anAttempt(aPlan('attempt-8'), {
  outcome: 'lost',
  reason: 'no message reached us-a',
  durationMs: 300_400,
  code: aCode('lost', null),
  stages: [
    { stage: 'login', startMs: 0, durationMs: 200, ok: true },
    { stage: 'request_code', startMs: 200, durationMs: 100, ok: true },
    { stage: 'delivery', startMs: 300, durationMs: 300_000, ok: false },
  ],
  messages: [message({ id: 'm2', providerId: 'SM12', disposition: 'wrong_sender', from: 'PIZZA' })],
});

const ticket = (attempt: Attempt, senders: readonly string[] = [], receipts: readonly ReceiptRecord[] = []) =>
  ticketText({
    attempt,
    code: attempt.code ?? aCode('lost', null),
    phone: aPhone('us-a'),
    probe: aProbe('acme-sms', { senders }),
    receipts,
  });

test('the ticket of a lost code says what a provider asks for, and no full number', () => {
  expect(ticket(lost, ['ACME'])).toBe(
    [
      'SMS with a login code did not arrive, 2026-01-15 12:00 UTC',
      '',
      'To:              +1•••0111 (US, carrier-a, mobile)',
      'Sender:          ACME (expected)',
      'Requested:       2026-01-15 12:00:00.300 UTC',
      'Received:        nothing by 2026-01-15 12:05:00.300 UTC, for 5 min',
      'Message id:      none: nothing was received',
      'Our reference:   attempt-8',
      '',
      'Other messages to this number meanwhile:',
      '- SM12 from PIZZA, 2026-01-15 12:00:04.300 UTC',
    ].join('\n'),
  );
});

test('the ticket of a code whose delivery was claimed names the receipt', () => {
  const receipt: ReceiptRecord = {
    inbox: 'sent',
    providerId: 'SM77',
    phone: 'us-a',
    firstAt: NOON,
    said: 'delivered',
    saidAt: NOON + 3000,
    error: null,
  };
  expect(ticket(lost, [], [receipt])).toContain(
    'Receipt:         SM77: delivered at 2026-01-15 12:00:03.000 UTC\n',
  );
  expect(ticket(lost, [], [{ ...receipt, said: 'failed', error: '30007' }])).toContain(
    'Receipt:         SM77: failed at 2026-01-15 12:00:03.000 UTC, error 30007\n',
  );
});

test('the ticket of a code that came has its message id, and its times on each clock', () => {
  const text = ticket(came);
  expect(text).toContain('SMS with a login code arrived in time');
  expect(text).toContain('Sender:          ACME\n');
  expect(text).toContain('Received:        2026-01-15 12:00:04.300 UTC, after 4.0 s');
  expect(text).toContain('Message id:      SM11');
  expect(text).toContain('Service centre:  2026-01-15 12:00:02.000 UTC ± 1.0 s');
  expect(ticket(anAttempt(aPlan('a'), { outcome: 'lost', code: aCode('lost', null) }))).toContain(
    'Sender:          unknown',
  );
});

const words = (markup: string) => load(markup).text().replace(/\s+/g, ' ');

test('why an attempt got its outcome is told in its order, down to whom it counts against', () => {
  const text = words(whySection(lost).toString());
  const parts = [
    'Why it is “Lost”',
    'asked for at 2026-01-15 12:00:00.300 UTC; it was due within 60 s, and could be used for 5 min',
    'No code reached us-a in that time, not even after it was overdue',
    '1 other message came and did not count',
    'The code counts as lost',
    'The first stage that failed: delivery',
    'no message reached us-a',
    'the fault is that of the delivery: it counts against the delivery of the target’s codes',
  ].map((part) => text.indexOf(part));
  expect(parts).not.toContain(-1);
  expect(parts).toEqual(parts.toSorted((a, b) => a - b));
  expect(words(whySection(came).toString())).toContain('A message with it came after 4.0 s');
});

test('a fault of ours is said to count against nobody', () => {
  const down = anAttempt(aPlan('x'), { outcome: 'receiver_down', code: null });
  const text = words(whySection(down).toString());
  expect(text).toContain('No code was asked for.');
  expect(text).toContain('So the fault is that of our receiver: nothing counts against the target.');
});

const rects = (markup: string, selector: string) => {
  const $ = load(markup);
  return $(selector)
    .map((_, rect) => ({ x: Number($(rect).attr('x')), width: Number($(rect).attr('width')) }))
    .get();
};

test('the waterfall puts stages, limits and messages on one line of time', () => {
  const markup = waterfall(lost).toString();
  const [delivery] = rects(markup, 'rect.stage-delivery.failed');
  expect(delivery?.x).toBeCloseTo(1, 0);
  expect(delivery?.width).toBeCloseTo(998.7, 0);
  expect(rects(markup, 'rect.deadline')[0]?.x).toBeCloseTo((60_300 / 300_400) * 1000, 0);
  expect(rects(markup, 'rect.expiry')).toHaveLength(1);
  expect(rects(markup, 'rect.arrival')[0]?.x).toBeCloseTo((4300 / 300_400) * 1000, 0);
  for (const { x, width } of rects(markup, 'tbody rect')) {
    if (!Number.isNaN(x)) expect(x + width).toBeLessThanOrEqual(1000.1);
  }
});

test('each request stands below the stage that made it, its phases one after another', () => {
  const request = {
    method: 'POST',
    status: 200,
    dnsMs: 100,
    connectMs: 200,
    tlsMs: null,
    ttfbMs: 300,
  } as const;
  const attempt = anAttempt(aPlan('r'), {
    durationMs: 1000,
    stages: [
      { stage: 'login', startMs: 0, durationMs: 1000, ok: true },
      { stage: 'verify', startMs: 1000, durationMs: 0, ok: true },
    ],
    requests: [{ ...request, stage: 'login', path: '/in', startMs: 0, totalMs: 700 }],
  });
  const markup = waterfall(attempt).toString();
  expect(words(markup)).toContain('log in 0 ms 1.0 s ✓ done POST /in 0 ms 700 ms 200 verify');
  const phases = ['dns', 'connect', 'ttfb'].map((phase) => rects(markup, `tbody rect.phase-${phase}`)[0]);
  expect(phases).toEqual([
    { x: 0, width: 100 },
    { x: 100, width: 200 },
    { x: 300, width: 300 },
  ]);
});

test('the page of an attempt has the ticket, and a picture only where one is kept, behind the token', async () => {
  const operations = new FakeOperations(aSnapshot(), [lost, came]);
  operations.screenshots.set('attempt-8', new Uint8Array([137, 80, 78, 71]));
  const stand = await createWebStand({ operations, auth: TOKENS });
  const ask = (path: string) => stand.ask(path, { headers: { ...BROWSER, ...bearer(READ_TOKEN) } });
  const $ = load((await ask('/attempts/attempt-8')).body);
  expect($('textarea#ticket').val()).toContain(ticket(lost));
  expect($('[data-copy=ticket]').attr('hidden')).toBe('hidden');
  expect($('img.screenshot').attr('src')).toBe('/attempts/attempt-8/screenshot.png');
  expect(load((await ask('/attempts/attempt-7')).body)('img.screenshot')).toHaveLength(0);
  const picture = await ask('/attempts/attempt-8/screenshot.png');
  expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/png']);
  expect((await ask('/attempts/attempt-7/screenshot.png')).status).toBe(404);
  expect((await ask('/attempts/none/screenshot.png')).status).toBe(404);
  expect((await stand.ask('/attempts/attempt-8/screenshot.png')).status).toBe(401);
});
