import { expect, test } from 'vitest';
import { clockOn, readServerTime } from '../../src/stores/postgres-time.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A server whose clock is ahead of ours, behind a line that takes a while each way. */
function serverOf(clock: FakeClock) {
  const server = { aheadMs: 5000, thereMs: 10, backMs: 30, asked: 0 };
  const ask = async () => {
    server.asked += 1;
    await clock.advance(server.thereMs);
    const at = clock.monotonicMs() + server.aheadMs;
    await clock.advance(server.backMs);
    return at;
  };
  return { server, ask };
}

test('the server’s time is known to half of what the asking took, and the error is told', async () => {
  const clock = new FakeClock();
  const { server, ask } = serverOf(clock);
  const time = await readServerTime(clock, ask);
  const offMs = time.now() - (clock.monotonicMs() + server.aheadMs);
  expect(Math.abs(offMs)).toBeLessThanOrEqual(time.offset().errorMs + 1);
  expect(time.offset().errorMs).toBeCloseTo(20, 0);
});

test('a wall clock that jumps does not move the server’s time, and shows as an offset', async () => {
  const clock = new FakeClock();
  const time = await readServerTime(clock, serverOf(clock).ask);
  const shared = clockOn(time, clock);
  const [before, offset] = [shared.now(), time.offset().offsetMs];
  clock.jump(3_600_000);
  expect(shared.now()).toBe(before);
  expect(time.offset().offsetMs - offset).toBe(3_600_000);
  await clock.advance(1000);
  expect(shared.now()).toBe(before + 1000);
});
