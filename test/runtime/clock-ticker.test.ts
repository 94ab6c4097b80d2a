import { expect, test } from 'vitest';
import { createClockTicker } from '../../src/runtime/clock-ticker.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

const MINUTE = 60_000;
const utc = (cron: string) => ({ cron, timezone: 'UTC' });
const iso = (times: readonly number[]) => times.map((at) => new Date(at).toISOString().slice(0, 19));

test('upcoming firings are counted from the time of the clock, seconds and zones included', () => {
  const clock = new FakeClock(Date.parse('2026-03-28T22:59:59.500Z'));
  const ticker = createClockTicker(clock);
  expect(iso(ticker.upcoming(utc('*/20 * * * * *'), 3))).toEqual([
    '2026-03-28T23:00:00',
    '2026-03-28T23:00:20',
    '2026-03-28T23:00:40',
  ]);
  expect(iso(ticker.upcoming({ cron: '0 3 * * *', timezone: 'Europe/Berlin' }, 2))).toEqual([
    '2026-03-29T01:00:00',
    '2026-03-30T01:00:00',
  ]);
  // 2028 is too far away to be looked for.
  expect(ticker.upcoming(utc('0 0 29 2 *'), 2)).toEqual([]);
});

test('it fires with the exact instants as the clock gets there, until it is stopped', async () => {
  const clock = new FakeClock(Date.parse('2026-03-01T10:00:30Z'));
  const fired: number[] = [];
  const stop = createClockTicker(clock).start(utc('*/5 * * * *'), (at) => fired.push(at));
  await clock.advance(11 * MINUTE);
  expect(iso(fired)).toEqual(['2026-03-01T10:05:00', '2026-03-01T10:10:00']);
  stop();
  await clock.advance(20 * MINUTE);
  await settle();
  expect(fired).toHaveLength(2);
});

test('a maintenance window is open for as long as it lasts', () => {
  const at = Date.parse('2026-03-01T02:30:00Z');
  const ticker = createClockTicker(new FakeClock(at));
  expect(ticker.firedWithin(utc('0 2 * * *'), 60 * MINUTE, at)).toBe(true);
  expect(ticker.firedWithin(utc('0 2 * * *'), 20 * MINUTE, at)).toBe(false);
});
