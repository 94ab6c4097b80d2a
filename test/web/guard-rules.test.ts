import { expect, test } from 'vitest';
import type { WebGuard } from '../../src/ports/web-guard.ts';
import { aGuard } from '../support/web-guards.ts';
import { createWebStand } from './stand.ts';

const HSTS = 'Strict-Transport-Security';

test('the headers of the file go before our own, and an empty one takes ours away', async () => {
  const headers = { [HSTS]: 'max-age=3600', 'X-Frame-Options': 'deny', 'Content-Security-Policy': '' };
  const stand = await createWebStand({ guard: () => aGuard({ headers }) });
  for (const path of ['/', '/metrics', '/nothing', '/-/healthy']) {
    const answer = await stand.ask(path);
    expect(answer.headers).toMatchObject({
      'strict-transport-security': 'max-age=3600',
      'x-frame-options': 'deny',
    });
    expect(answer.headers['content-security-policy']).toBeUndefined();
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  }
});

test('requests above the rate are sent away until there is room again', async () => {
  const guard = () => aGuard({ rate: { intervalMs: 2000, burst: 3 } });
  const stand = await createWebStand({ guard });
  const statuses = async (count: number) => {
    const answers: number[] = [];
    for (let index = 0; index < count; index += 1) answers.push((await stand.ask('/metrics')).status);
    return answers;
  };
  expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
  expect((await stand.ask('/metrics')).headers['retry-after']).toBe('2');
  await stand.clock.advance(2000);
  expect(await statuses(2)).toEqual([200, 429]);
  await stand.clock.advance(60_000);
  expect(await statuses(4)).toEqual([200, 200, 200, 429]);
});

test('a rate and headers count from the next request on when the file changes', async () => {
  let guard: WebGuard = aGuard();
  const stand = await createWebStand({ guard: () => guard });
  expect((await stand.ask('/metrics')).headers['strict-transport-security']).toBeUndefined();
  guard = aGuard({ headers: { [HSTS]: 'max-age=1' }, rate: { intervalMs: 1000, burst: 1 } });
  expect((await stand.ask('/metrics')).headers['strict-transport-security']).toBe('max-age=1');
  expect((await stand.ask('/metrics')).status).toBe(429);
});
