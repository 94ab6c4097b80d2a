import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { demoScenarios } from '../../src/cli/demo-scenarios.ts';
import { createSimulator } from '../../src/sim/simulator.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { bearer, BROWSER, createWebStand, FORM, READ_TOKEN, TOKENS } from './stand.ts';

async function stand(auth = {}) {
  const simulator = createSimulator({ clock: new FakeClock(), seed: 'page' });
  const web = await createWebStand({
    demo: demoScenarios(simulator),
    notice: 'All of it is simulated.',
    ...auth,
  });
  const post = (action: string, body: string, headers = {}) =>
    web.ask(`/demo/${action}`, { method: 'POST', headers: { ...FORM, ...headers }, body });
  const page = async (headers = {}) =>
    load((await web.ask('/', { headers: { ...BROWSER, ...headers } })).body);
  return { web, simulator, post, page };
}

test('a demo offers each scenario, with what it can be about', async () => {
  const { page } = await stand();
  const $ = await page();
  const buttons = $('.scenarios button').map((_, button) => $(button).text().trim());
  expect(buttons.get()).toContain('sms-sender-off');
  expect(buttons.get()).not.toContain('healthy');
  const carriers = $('[name=name][value=carrier-outage] ~ select option').map((_, option) =>
    $(option).text(),
  );
  expect(carriers.get()).toEqual(['carrier-a', 'carrier-b']);
  expect($('.demo').text()).toContain('All of it is simulated.');
  expect($('.demo').text()).toContain('Nothing is broken at the moment.');
});

test('what is switched on is told, and ends by a button', async () => {
  const { simulator, post, page } = await stand();
  expect((await post('on', 'name=sms-sender-off')).status).toBe(200);
  expect((await post('on', 'name=carrier-outage&choice=carrier-a')).status).toBe(200);
  expect(simulator.scenarios.list().map(({ name }) => name)).toEqual(['sms-sender-off', 'carrier-outage']);
  const text = (await page())('.broken').text().replace(/\s+/g, ' ');
  expect(text).toContain('✕ sms-sender-off the site answers that it sent a code, and sends nothing End it');
  expect(text).toContain('✕ carrier-outage carrier-a');
  await post('off', 'name=carrier-outage');
  expect(simulator.scenarios.list().map(({ name }) => name)).toEqual(['sms-sender-off']);
  await post('off', '');
  expect(simulator.scenarios.list()).toEqual([]);
});

test('what cannot be switched on is refused in words', async () => {
  const { post } = await stand();
  const unknown = await post('on', 'name=carrier-outage&choice=carrier-z');
  expect([unknown.status, unknown.body]).toEqual([422, expect.stringContaining('there is no carrier')]);
  expect((await post('on', 'name=sms-sender-of')).body).toContain('did you mean');
  expect((await post('on', '')).status).toBe(400);
});

test('only who may act may break things, and no other site', async () => {
  const { post, page, simulator, web } = await stand({ auth: TOKENS });
  expect((await post('on', 'name=slow', bearer(READ_TOKEN))).status).toBe(403);
  expect((await post('on', 'name=slow')).status).toBe(401);
  expect((await post('on', 'name=slow', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(simulator.scenarios.list()).toEqual([]);
  expect((await page(bearer(READ_TOKEN)))('.demo button')).toHaveLength(0);
  expect((await web.ask('/demo/on')).status).toBe(405);
});

test('where the world is real there is nothing to break', async () => {
  const web = await createWebStand({ notice: 'real' });
  expect((await web.ask('/demo/on', { method: 'POST', headers: FORM, body: 'name=slow' })).status).toBe(404);
  expect(load((await web.ask('/', { headers: BROWSER })).body)('.demo')).toHaveLength(0);
});
