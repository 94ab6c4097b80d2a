import { describe, expect, test } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../src/domain/units.ts';
import { createClockTicker } from '../../src/runtime/clock-ticker.ts';
import { FakeClock } from '../support/fake-clock.ts';

const UTC = 'Etc/UTC';
const at = (time: string): number => Date.parse(`2026-01-15T${time}Z`);

function firingsOf(clock: FakeClock, cron: string) {
  const fired: number[] = [];
  const stop = createClockTicker(clock).start({ cron, timezone: UTC }, (tickAt) => fired.push(tickAt));
  return { fired, stop };
}

describe('a ticker that follows a clock', () => {
  test('fires at the exact instants of the schedule, however time came there', async () => {
    const clock = new FakeClock(at('12:00:30'));
    const { fired, stop } = firingsOf(clock, '*/5 * * * *');
    await clock.advance(4 * MINUTE);
    expect(fired).toEqual([]);
    await clock.advance(12 * MINUTE);
    expect(fired).toEqual([at('12:05:00'), at('12:10:00'), at('12:15:00')]);
    stop();
  });

  test('does not fire for the instant at which it is started', async () => {
    const clock = new FakeClock(at('12:00:00'));
    const { fired, stop } = firingsOf(clock, '* * * * *');
    await clock.advance(0);
    expect(fired).toEqual([]);
    stop();
  });

  test('knows seconds', async () => {
    const clock = new FakeClock(at('12:00:00'));
    const { fired, stop } = firingsOf(clock, '10,40 * * * * *');
    await clock.advance(MINUTE);
    expect(fired).toEqual([at('12:00:10'), at('12:00:40')]);
    stop();
  });

  test('hands on each firing that was slept through', async () => {
    const clock = new FakeClock(at('12:00:30'));
    const { fired, stop } = firingsOf(clock, '* * * * *');
    clock.jump(3 * MINUTE);
    await clock.advance(30 * SECOND);
    expect(fired).toEqual([at('12:01:00'), at('12:02:00'), at('12:03:00'), at('12:04:00')]);
    stop();
  });

  test('fires no earlier where the wall clock was put back', async () => {
    const clock = new FakeClock(at('12:00:30'));
    const { fired, stop } = firingsOf(clock, '* * * * *');
    clock.jump(-10 * SECOND);
    await clock.advance(30 * SECOND);
    expect(fired).toEqual([]);
    await clock.advance(10 * SECOND);
    expect(fired).toEqual([at('12:01:00')]);
    stop();
  });

  test('leaves nothing waiting when it is stopped', async () => {
    const clock = new FakeClock(at('12:00:30'));
    const { fired, stop } = firingsOf(clock, '* * * * *');
    await clock.advance(0);
    expect(clock.waiting).toBe(1);
    stop();
    await clock.advance(5 * MINUTE);
    expect(clock.waiting).toBe(0);
    expect(fired).toEqual([]);
  });

  test('tells the next firings in the time zone of the schedule', () => {
    const ticker = createClockTicker(new FakeClock(at('12:00:00')));
    expect(ticker.upcoming({ cron: '30 7 * * *', timezone: 'America/New_York' }, 2)).toEqual([
      at('12:30:00'),
      at('12:30:00') + DAY,
    ]);
  });

  test('tells whether a window has begun', () => {
    const ticker = createClockTicker(new FakeClock());
    const window = { cron: '0 12 * * *', timezone: UTC };
    expect(ticker.firedWithin(window, 30 * MINUTE, at('12:29:00'))).toBe(true);
    expect(ticker.firedWithin(window, 30 * MINUTE, at('12:31:00'))).toBe(false);
  });
});
