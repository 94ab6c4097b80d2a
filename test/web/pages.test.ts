import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import { aCode, anAttempt, anInventory, aPlan, NOON } from '../support/builders.ts';
import { aProbeView, aSnapshot, FakeOperations } from '../support/fake-operations.ts';
import { ADMIN_TOKEN, bearer, BROWSER, createWebStand, READ_TOKEN, TOKENS } from './stand.ts';

const EVIL = `"><script>alert(1)</script><img src=x onerror='alert(2)'>{{7*7}}\u202e`;

const lost = anAttempt(aPlan('a1', { startedAt: NOON - 400_000 }), {
  outcome: 'lost',
  reason: 'no message reached us-a',
  code: aCode('lost', null),
  finishedAt: NOON - 90_000,
  messages: [
    {
      id: 'm1',
      providerId: 'SM1',
      disposition: 'wrong_sender',
      from: 'PIZZA',
      arrivedAt: NOON - 300_000,
      afterRequestMs: 12_000,
      times: [{ clock: 'service_centre', at: NOON - 302_000, resolutionMs: 1000 }],
    },
  ],
  requests: [
    {
      stage: 'login',
      method: 'POST',
      path: '/session',
      status: 200,
      startMs: 1,
      dnsMs: 3,
      connectMs: 12,
      tlsMs: 24,
      ttfbMs: 160,
      totalMs: 201,
    },
  ],
});

const live = {
  plan: aPlan('live', { startedAt: NOON - 20_300 }),
  stage: 'delivery',
  stageSince: NOON - 20_000,
  requestedAt: NOON - 20_000,
  overdue: false,
} as const;

const snapshot = aSnapshot({
  probes: [
    aProbeView({
      name: 'acme-sms',
      last: lost,
      lastDeliveryMs: 4200,
      lastSuccessAt: NOON - 3_600_000,
      inFlight: [live],
    }),
    aProbeView({ name: 'acme-totp', state: 'paused', nextTickAt: null }),
  ],
  inboxes: [
    { name: 'sim-rack', kind: 'webhook', up: false, reason: '401 from the rack', lastMessageAt: null },
  ],
  breakers: { acme: NOON + 600_000 },
});

const operations = (attempts: Attempt[] = [lost]) => new FakeOperations(snapshot, attempts);

/** The page's words, as somebody reads them who has JavaScript off. */
const words = (markup: string) => {
  const $ = load(markup);
  $('script, style').remove();
  return $('body').text().replace(/\s+/g, ' ');
};

test('the status page says without JavaScript what works, waits and happened', async () => {
  const stand = await createWebStand({ operations: operations() });
  const text = words((await stand.ask('/', { headers: BROWSER })).body);
  expect(text).toContain('The last SMS code was lost.');
  expect(text).toContain('waited 20 s · deadline 60 s · expiry 5 min');
  expect(text).toContain('✕ Lost');
  expect(text).toContain('4.2 s');
  expect(text).toContain('60 min ago');
  expect(text).toContain('in 2 min');
  expect(text).toContain('paused');
  expect(text).toContain('✕ down 401 from the rack');
  expect(text).toContain('31.20 of 120.00 USD');
  expect(text).toContain('⊘ open ends in 10 min');
});

test('the page loads itself anew where there is no script to do it', async () => {
  const stand = await createWebStand();
  const $ = load((await stand.ask('/')).body);
  expect($('noscript').html()).toContain('http-equiv="refresh"');
});

test('the page has one h1, names for its tables, and no style or script of its own', async () => {
  const stand = await createWebStand({ operations: operations() });
  for (const path of ['/', '/attempts/a1', '/probes/acme-sms', '/login']) {
    const $ = load((await stand.ask(path)).body);
    expect($('h1')).toHaveLength(1);
    expect($('html').attr('lang')).toBe('en');
    expect($('table').length).toBe($('table > caption').length);
    expect($('svg[role=img]:not([aria-label])')).toHaveLength(0);
    expect($('[style], style, script:not([src]), [onclick]')).toHaveLength(0);
    expect($('th:not([scope])')).toHaveLength(0);
  }
});

test('what the pages need is served from here, with its type', async () => {
  const stand = await createWebStand({ auth: TOKENS });
  const types = { 'style.css': 'text/css', 'live.js': 'text/javascript', 'icon.svg': 'image/svg+xml' };
  for (const [file, type] of Object.entries(types)) {
    const answer = await stand.ask(`/assets/${file}`);
    expect([answer.status, String(answer.headers['content-type']).split(';')[0]]).toEqual([200, type]);
  }
  expect((await stand.ask('/assets/../server.ts')).status).not.toBe(200);
  expect((await stand.ask('/assets/%2e%2e/server.ts')).status).not.toBe(200);
});

test('the page of an attempt shows its evidence', async () => {
  const stand = await createWebStand({ operations: operations() });
  const text = words((await stand.ask('/attempts/a1')).body);
  expect(text).toContain('No code came before it would have expired.');
  expect(text).toContain('no message reached us-a');
  expect(text).toContain('PIZZA SM1 wrong sender');
  expect(text).toContain('service centre: 2026-01-15 11:54:58 UTC ± 1.0 s');
  expect(text).toContain('POST /session 200 3 ms 12 ms 24 ms 160 ms 201 ms');
  expect(text).toContain('never came');
});

test('an attempt or a probe that is not there is a page with 404', async () => {
  const stand = await createWebStand();
  for (const path of ['/attempts/zzz', '/probes/zzz', '/nothing', '/probes/__proto__']) {
    const answer = await stand.ask(path, { headers: BROWSER });
    expect(answer.status).toBe(404);
    expect(words(answer.body)).toContain('404:');
  }
});

test('buttons are there for those who may act', async () => {
  const stand = await createWebStand({ auth: TOKENS, operations: operations() });
  const forms = async (token: string) => {
    const $ = load((await stand.ask('/', { headers: bearer(token) })).body);
    return $('form')
      .map((_, form) => $(form).attr('action'))
      .get();
  };
  expect(await forms(READ_TOKEN)).toEqual([]);
  expect(await forms(ADMIN_TOKEN)).toEqual([
    '/api/v1/probes/acme-sms/run',
    '/api/v1/probes/acme-sms/pause',
    '/api/v1/probes/acme-totp/run',
    '/api/v1/probes/acme-totp/resume',
  ]);
});

test('hostile names, reasons and senders are harmless wherever they are shown', async () => {
  const plan = aPlan(EVIL, {
    probe: EVIL,
    account: EVIL,
    phone: EVIL,
    route: EVIL,
    target: EVIL,
    factor: EVIL,
    node: EVIL,
  });
  const evil = anAttempt(plan, {
    outcome: 'flow_error',
    reason: EVIL,
    messages: lost.messages.map((message) => ({ ...message, from: EVIL, providerId: EVIL })),
    requests: lost.requests.map((request) => ({ ...request, path: EVIL, method: EVIL })),
  });
  const { targets } = anInventory();
  const probe = aProbeView({ name: EVIL });
  const hostile = aSnapshot({
    version: EVIL,
    ready: { ok: false, reasons: [EVIL] },
    inventory: anInventory({
      node: EVIL,
      location: EVIL,
      targets: targets.map((target) => ({ ...target, name: EVIL, url: EVIL })),
    }),
    probes: [
      {
        ...probe,
        name: EVIL,
        target: EVIL,
        factor: EVIL,
        schedule: EVIL,
        accounts: [EVIL],
        phones: [EVIL],
        last: evil,
        lastSkip: { reason: 'budget', detail: EVIL, at: NOON + 99_999 },
        inFlight: [{ ...live, plan }],
      },
    ],
    inboxes: [{ name: EVIL, kind: EVIL, up: false, reason: EVIL, lastMessageAt: null }],
    pausedAccounts: { [EVIL]: { until: NOON + 1000, reason: EVIL } },
    backupCodes: { [EVIL]: 3 },
  });
  const stand = await createWebStand({ operations: new FakeOperations(hostile, [evil]) });
  const name = encodeURIComponent(EVIL);
  for (const path of ['/', `/attempts/${name}`, `/probes/${name}`, `/login?next=${name}`, `/${name}`]) {
    const { body } = await stand.ask(path, { headers: BROWSER });
    const $ = load(body);
    expect($('script:not([src="/assets/live.js"]), [onerror], img[src=x]')).toHaveLength(0);
    expect(body).not.toContain('\u202e');
  }
});
