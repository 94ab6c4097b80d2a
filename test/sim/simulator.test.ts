import { expect, test } from 'vitest';
import { createSimulator } from '../../src/sim/simulator.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { askForCode, startReceiver, startStage, until } from './stage.ts';

/** Codes and delays of a few sends, whatever else goes on meanwhile. */
async function story(seed: string, scenario = 'healthy'): Promise<unknown> {
  const stage = await startStage({}, seed);
  for (const account of ['sms-1', 'sms-3', 'sms-1']) await askForCode(stage, account);
  stage.sim.scenarios.set(scenario);
  for (const account of ['sms-3', 'sms-1']) await askForCode(stage, account);
  await stage.pass(30_000);
  return stage.sim.truth
    .sends()
    .map(({ code, message }) => [code, message?.deliveries[0]?.arrivedMs?.toFixed(3)]);
}

test('the same seed tells the same story, another seed another', async () => {
  expect(await story('a')).toEqual(await story('a'));
  expect(await story('a')).not.toEqual(await story('b'));
});

test('a scenario on one carrier changes nothing on the other', async () => {
  const healthy = (await story('a')) as unknown[];
  const outage = (await story('a', 'carrier-outage carrier-a')) as unknown[];
  expect([outage[1], outage[3]]).toEqual([healthy[1], healthy[3]]);
  expect(outage[4]).not.toEqual(healthy[4]);
});

test('stopping ends what is on its way, at once, and leaves no timer', async () => {
  const { sim, clock, client, carrierUrl } = await startStage();
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  expect(clock.waiting).toBe(1);
  await sim.stop();
  expect(clock.waiting).toBe(0);
  expect(sim.truth.messages()[0]?.deliveries[0]).toMatchObject({ lost: 'stopped', arrivedMs: null });
  await expect(fetch(carrierUrl)).rejects.toThrow('fetch failed');
});

test('stopping ends a push that nobody answers', async () => {
  const { sim, clock, client } = await startStage();
  const { url, received } = await startReceiver(() => null);
  sim.connect('us-a', { manner: 'twilio', smsUrl: url });
  await client.messages.create({ to: '+12025550111', from: 'ACME', body: 'x' });
  await clock.advance(4000);
  await until(() => received.length === 1);
  await sim.stop();
  expect(sim.truth.messages()[0]?.deliveries[0]?.lost).toBe('stopped');
  expect(clock.waiting).toBe(0);
});

test('a port that is taken is an error, not a crash', async () => {
  const { port } = await startStage();
  const second = createSimulator({ clock: new FakeClock(), seed: 1 });
  await expect(second.start(port)).rejects.toThrow(/EADDRINUSE/);
  await second.stop();
});

test('a phone that is not there cannot be connected', async () => {
  const { sim } = await startStage();
  expect(() => sim.connect('us-z', { manner: 'twilio', smsUrl: null })).toThrow(
    'there is no phone "us-z"; known: us-a, us-b, us-c, us-d',
  );
});
