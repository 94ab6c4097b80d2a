import { load } from 'cheerio';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import { markOf, newestMarks } from '../../src/domain/mark.ts';
import { CODE_RESULTS, type CodeResult } from '../../src/domain/outcome.ts';
import { HOUR, MINUTE } from '../../src/domain/units.ts';
import { asksCode, deliveriesOf, summarise } from '../../src/web/pages/deliveries.ts';
import { deliveryFigure } from '../../src/web/pages/delivery-figure.ts';
import { spanOfTime } from '../../src/web/pages/span-of-time.ts';
import { aCode, anAttempt, aPlan, NOON } from '../support/builders.ts';
import { aSnapshot, FakeOperations } from '../support/fake-operations.ts';
import { createWebStand } from './stand.ts';

/** An attempt whose code was asked for so many minutes before noon. */
function asked(minutesAgo: number, result: CodeResult, deliveryMs: number | null, route = 'US-a'): Attempt {
  const requestedAt = NOON - minutesAgo * MINUTE;
  const code = aCode(result, deliveryMs, { requestedAt });
  return anAttempt(aPlan(`a${minutesAgo}`, { route }), { code, finishedAt: requestedAt + 5000 });
}

const codes = (attempts: readonly Attempt[]) => attempts.map(markOf).filter(asksCode);
const spanFor = (attempts: readonly Attempt[]) =>
  spanOfTime(new Map([['acme-sms', attempts.map(markOf)]]), NOON);

test('charts go back as far as there is something to see, a day at most', () => {
  const words = (minutesAgo: number) => spanFor([asked(minutesAgo, 'on_time', 1)]).words;
  expect([1, 20, 45, 100, 200, 400, 900, 3000].map(words)).toEqual([
    'last 15 min',
    'last 30 min',
    'last hour',
    'last 2 h',
    'last 4 h',
    'last 8 h',
    'last 24 h',
    'last 24 h',
  ]);
  expect(spanOfTime(new Map(), NOON)).toEqual({ from: NOON - 15 * MINUTE, to: NOON, words: 'last 15 min' });
});

test('lost codes count as endless, so that losing the slow ones makes nothing look faster', () => {
  const came = [1, 2, 3].map((minute) => asked(minute, 'on_time', minute * 1000));
  const gone = [4, 5, 6].map((minute) => asked(minute, 'lost', null));
  expect(summarise(codes(came))).toMatchObject({ medianMs: 2000, p95Ms: 3000 });
  expect(summarise(codes([...came, ...gone.slice(0, 2)]))).toMatchObject({ medianMs: 3000, p95Ms: null });
  expect(summarise(codes([...came, ...gone, asked(7, 'lost', null)]))).toMatchObject({ medianMs: null });
});

test('what could not be measured is counted and moves no time', () => {
  const summary = summarise(
    codes([asked(1, 'on_time', 4000), asked(2, 'unmeasured', null), asked(3, 'redacted', 9000)]),
  );
  expect(summary).toMatchObject({ codes: 3, medianMs: 4000, p95Ms: 4000 });
});

test('of too many dots only codes on time are thinned out', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...CODE_RESULTS), { maxLength: 7000 }), (results) => {
      const marks = codes(results.map((result, index) => asked((index % 700) / 30, result, null)));
      const dots = deliveriesOf(marks, spanFor([asked(0, 'on_time', 1)]));
      for (const [place, result] of CODE_RESULTS.entries()) {
        const all = results.filter((one) => one === result).length;
        const drawn = dots.result.filter((one) => one === place).length;
        if (result === 'on_time') expect(drawn).toBeLessThanOrEqual(all);
        else expect(drawn).toBe(all);
      }
      const columns = [dots.id, dots.at, dots.ms, dots.result, dots.route].map(({ length }) => length);
      expect(new Set(columns).size).toBe(1);
    }),
    { numRuns: 20 },
  );
});

test('the API gives the dots of a target or of a probe, oldest first', async () => {
  const attempts = [
    asked(1, 'lost', null, 'US-b'),
    asked(2, 'on_time', 4321.4),
    asked(3, 'late', 61_000),
    anAttempt(aPlan('t', { probe: 'acme-totp', route: null, phone: null })),
  ];
  const stand = await createWebStand({ operations: new FakeOperations(aSnapshot(), attempts) });
  const get = async (query: string) => {
    const { status, body } = await stand.ask(`/api/v1/deliveries?${query}`);
    return { status, body: JSON.parse(body) as Record<string, unknown> };
  };
  const { body } = await get('target=acme');
  expect(body).toMatchObject({
    id: ['a3', 'a2', 'a1'],
    ms: [61_000, 4321, null],
    routes: ['US-a', 'US-b'],
    route: [0, 0, 1],
    deadlineMs: MINUTE,
    expiryMs: 5 * MINUTE,
    to: NOON,
  });
  expect((await get('probe=acme-sms')).body['id']).toEqual(body['id']);
  expect((await get('probe=acme-totp')).body['id']).toEqual([]);
  expect((await get('target=other')).body['id']).toEqual([]);
  for (const query of ['', 'target=acme&probe=acme-sms', 'target=', 'route=x']) {
    expect((await get(query)).status).toBe(400);
  }
});

test('what a chart draws stands in words and in a table too, with links to what went wrong', () => {
  const attempts = [asked(100, 'on_time', 4000), asked(50, 'late', 61_000), asked(5, 'lost', null)];
  const figure = deliveryFigure({
    query: 'target=acme',
    title: 'Delivery times',
    marks: codes(attempts),
    over: spanFor(attempts),
  });
  const $ = load(figure.toString());
  const text = $.text().replace(/\s+/g, ' ');
  expect(text).toContain('Delivery times, last 2 h: 3 codes, half within 61 s; 1 late, 1 lost');
  expect(text).toContain('10:20–10:30 1 1 0 0 4.0 s 4.0 s');
  expect(text).toContain('11:50–12:00 1 0 0 1 – –');
  expect(
    $('details a')
      .map((_, link) => $(link).attr('href'))
      .get(),
  ).toEqual(['/attempts/a5', '/attempts/a50']);
  expect($('figure').attr('aria-labelledby')).toBe($('figcaption').attr('id'));
  expect($('[data-chart]').attr('data-chart')).toBe('/api/v1/deliveries?target=acme');
});

test('a chart without codes says so', () => {
  const over = spanFor([]);
  const $ = load(
    deliveryFigure({ query: 'target=acme', title: 'Delivery times', marks: [], over }).toString(),
  );
  expect($.text()).toContain('no code was asked for');
  expect($('details')).toHaveLength(0);
});

test('the newest marks of several probes come newest first, so many of each', () => {
  const marks = new Map(
    ['p', 'q'].map((probe, index) => [
      probe,
      [3, 2, 1].map((hours) =>
        markOf(anAttempt(aPlan(`${probe}${hours}`, { probe }), { finishedAt: NOON - hours * HOUR + index })),
      ),
    ]),
  );
  expect(newestMarks(marks, ['p', 'q', 'none'], 2).map(({ id }) => id)).toEqual(['q1', 'p1', 'q2', 'p2']);
});
