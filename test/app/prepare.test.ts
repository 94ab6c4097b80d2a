import { expect, test } from 'vitest';
import { prepareFlows, requireFlows, type NamedFlow } from '../../src/app/prepare.ts';
import { FakeClock } from '../support/fake-clock.ts';

const flow = (name: string, prepare?: () => Promise<void>, files?: readonly string[]): NamedFlow => ({
  name,
  flow: { kind: 'test', run: async () => {}, ...(prepare && { prepare }), ...(files && { files }) },
});

test('all flows are prepared, and every fault is told', async () => {
  const loaded: string[] = [];
  const flows = [
    flow('steps'),
    flow('broken', async () => {
      throw new Error('login.ts:3 cannot be loaded');
    }),
    flow('good', async () => void loaded.push('good')),
    flow('odd', () => Promise.reject('no error at all')),
  ];
  expect(await prepareFlows(flows, new FakeClock())).toEqual([
    { probe: 'broken', message: 'login.ts:3 cannot be loaded' },
    { probe: 'odd', message: 'no error at all' },
  ]);
  expect(loaded).toEqual(['good']);
  await expect(requireFlows(flows, new FakeClock())).rejects.toThrow(
    'probes.broken.flow: login.ts:3 cannot be loaded; probes.odd.flow: no error at all',
  );
  await requireFlows(flows.slice(2, 3), new FakeClock());
  expect(loaded).toEqual(['good', 'good', 'good']);
});

test('a file that waits for ever at its top level is given up after ten seconds', async () => {
  const clock = new FakeClock();
  const waiting = prepareFlows([flow('stuck', () => new Promise(() => {}), ['/etc/login.ts'])], clock);
  await clock.advance(9_999);
  let ended = false;
  void waiting.then(() => (ended = true));
  await clock.advance(0);
  expect(ended).toBe(false);
  await clock.advance(1);
  expect(await waiting).toEqual([
    { probe: 'stuck', message: '/etc/login.ts did not load within 10 s; what does its top level wait for?' },
  ]);
});

test('no timer is left once a flow is loaded', async () => {
  const clock = new FakeClock();
  await prepareFlows([flow('good', async () => {}), flow('steps')], clock);
  expect(clock.waiting).toBe(0);
});
