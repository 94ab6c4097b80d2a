import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { askForCode, createVisitor, startStage } from './stage.ts';

test('scenarios are switched on, listed and ended over HTTP', async () => {
  const { controlUrl, sim } = await startStage();
  const visit = createVisitor(controlUrl.slice(0, -1));
  await visit('POST', '/sim/scenarios', { name: 'lossy', share: 0.2 });
  const both = await visit('POST', '/sim/scenarios', { name: 'number-dead', phone: 'us-a' });
  expect(both.json).toMatchObject({
    active: [
      { name: 'lossy', share: 0.2 },
      { name: 'number-dead', phone: 'us-a' },
    ],
  });
  expect((await visit('DELETE', '/sim/scenarios/lossy')).json).toMatchObject({
    active: [{ name: 'number-dead', phone: 'us-a' }],
  });
  expect((await visit('GET', '/sim/scenarios')).json).toMatchObject({
    active: [{ name: 'number-dead', phone: 'us-a' }],
  });
  expect((await visit('DELETE', '/sim/scenarios')).json).toMatchObject({ active: [] });
  await visit('POST', '/sim/scenarios', { name: 'slow' });
  expect((await visit('POST', '/sim/scenarios', { name: 'healthy' })).json).toMatchObject({ active: [] });
  expect(sim.truth.switches().map(({ active }) => active)).toEqual([
    ['lossy 0.2'],
    ['lossy 0.2', 'number-dead us-a'],
    ['number-dead us-a'],
    [],
    ['slow 8'],
    [],
  ]);
});

test('what is wrong with a switch is said, and nothing changes', async () => {
  const { controlUrl, sim } = await startStage();
  const visit = createVisitor(controlUrl.slice(0, -1));
  const unknown = await visit('POST', '/sim/scenarios', { name: 'slo' });
  expect(unknown).toMatchObject({ status: 422, json: { error: expect.stringContaining('mean "slow"?') } });
  expect((await visit('POST', '/sim/scenarios', { share: 1 })).status).toBe(422);
  expect((await visit('POST', '/sim/scenarios')).status).toBe(422);
  expect(sim.scenarios.list()).toEqual([]);
});

test('a button of the page switches a scenario on, and leads back to the page, which shows it', async () => {
  const { controlUrl, sim } = await startStage();
  const visit = createVisitor(controlUrl.slice(0, -1));
  const $ = load((await visit('GET', '/')).text);
  const buttons = $('form button')
    .toArray()
    .map((button) => $(button).text());
  expect(buttons).toEqual(
    expect.arrayContaining(['healthy', 'carrier-outage carrier-b', 'number-dead us-d']),
  );
  for (const input of $('input[type=hidden][name=scenario]')) {
    const scenario = $(input).attr('value') ?? '';
    const answer = await visit('POST', '/sim/scenarios', new URLSearchParams({ scenario }));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  }
  expect(sim.scenarios.list()).toHaveLength(buttons.length - 2);
  expect(
    load((await visit('GET', '/')).text)('strong')
      .first()
      .text(),
  ).toBe('sms-sender-off');
});

test('a mistyped scenario comes back as a page that says so, with what was typed as mere text', async () => {
  const { controlUrl } = await startStage();
  const visit = createVisitor(controlUrl.slice(0, -1));
  const scenario = '<script>alert(1)</script>';
  const answer = await visit('POST', '/sim/scenarios', new URLSearchParams({ scenario }));
  expect(answer.status).toBe(422);
  expect(answer.text).not.toContain('<script');
  expect(load(answer.text)('.error').text()).toContain(scenario);
});

test('the page needs no script, and forbids them', async () => {
  const { controlUrl } = await startStage();
  const answer = await createVisitor(controlUrl.slice(0, -1))('GET', '/');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(load(answer.text)('script, [style], [onclick]')).toHaveLength(0);
  const style = await createVisitor(controlUrl.slice(0, -1))('GET', '/sim/style.css');
  expect(style.headers.get('content-type')).toContain('text/css');
});

test('the page and the truth over HTTP tell of sends, but hold no code and no whole number', async () => {
  const stage = await startStage();
  const visit = await askForCode(stage, 'sms-1', 'attempt-9');
  const code = stage.sim.truth.sends()[0]?.code ?? '';
  await visit('POST', '/api/session/2fa', { code });
  await stage.pass(5000);
  const page = await visit('GET', '/');
  expect(load(page.text)('table').last().text()).toMatch(
    /sms-1\s+us-a \+1•••0111\s+5.0 s ago\s+arrived after 4.0 s/,
  );
  const truth = await visit('GET', '/sim/truth');
  expect(truth.json).toMatchObject({
    sends: [{ account: 'sms-1', attempt: 'attempt-9', deliveries: [{ lost: 'not_pushed' }] }],
    verifies: [{ account: 'sms-1', result: 'accepted', factor: 'sms', sentToAttempt: 'attempt-9' }],
  });
  for (const { text } of [page, truth]) {
    expect(text).not.toContain(code);
    expect(text).not.toContain('2025550111');
  }
});

test("other sites' pages cannot switch anything", async () => {
  const { controlUrl, sim } = await startStage();
  const post = (origin: string) =>
    fetch(`${controlUrl}sim/scenarios`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams({ scenario: 'slow' }),
      redirect: 'manual',
    });
  expect((await post('https://elsewhere.example')).status).toBe(403);
  expect((await post('null')).status).toBe(403);
  expect(sim.scenarios.list()).toEqual([]);
  expect((await post(controlUrl.slice(0, -1))).status).toBe(303);
});

test('where a phone hands its messages on can be set over HTTP; secrets are not shown', async () => {
  const { controlUrl, sim } = await startStage();
  const visit = createVisitor(controlUrl.slice(0, -1));
  const handover = { manner: 'webhook', url: 'http://127.0.0.1:1/hooks/rack', secret: 'rack secret' };
  const answer = await visit('PUT', '/sim/phones/us-a', handover);
  expect(answer.json).toMatchObject([{ name: 'us-a', manner: 'webhook', url: handover.url }, {}, {}, {}]);
  expect(answer.text).not.toContain('rack secret');
  expect(sim.world.phones[0]?.handover).toEqual(handover);
  expect((await visit('PUT', '/sim/phones/us-z', handover)).status).toBe(422);
  expect((await visit('PUT', '/sim/phones/us-a', { manner: 'fax' })).status).toBe(422);
});
