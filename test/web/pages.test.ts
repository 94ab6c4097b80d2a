import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { WatchView } from '../../src/ports/operations.ts';
import { aCode, anAttempt, anInventory, aPlan, NOON } from '../support/builders.ts';
import { aProbeView, aSnapshot, FakeOperations } from '../support/fake-operations.ts';
import { aChange, aDetector, anOutage, aWatch } from '../support/watch-views.ts';
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
    {
      name: 'sim-rack',
      kind: 'webhook',
      up: false,
      reason: '401 from the rack',
      lastMessageAt: null,
      errors: {},
      controlEveryMs: null,
    },
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
  for (const path of ['/', '/attempts/a1', '/probes/acme-sms', '/targets/acme', '/login']) {
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
  const types = {
    'style.css': 'text/css',
    'live.js': 'text/javascript',
    'chart.js': 'text/javascript',
    'morph.js': 'text/javascript',
    'page.js': 'text/javascript',
    'uplot.js': 'text/javascript',
    'uplot.css': 'text/css',
    'icon.svg': 'image/svg+xml',
  };
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
  expect(text).not.toContain('Receipts');
});

test('the page of an attempt sets what the provider said beside what was seen', async () => {
  const all = operations();
  const record = { inbox: 'sent', providerId: 'SM9', phone: 'us-a', firstAt: NOON, saidAt: NOON + 3000 };
  all.said.set('a1', [{ ...record, said: 'delivered', error: null }]);
  const stand = await createWebStand({ operations: all });
  const text = words((await stand.ask('/attempts/a1')).body);
  expect(text).toMatch(/provider said delivered at 2026-01-15 12:00:03 UTC\s+SM9/);
  expect(text).toContain('message never seen was wrong: nothing came');
  expect(JSON.parse((await stand.ask('/api/v1/attempts/a1')).body)).toMatchObject({
    id: 'a1',
    receipts: [{ said: 'delivered', providerId: 'SM9' }],
  });
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
    inboxes: [
      {
        name: EVIL,
        kind: EVIL,
        up: false,
        reason: EVIL,
        lastMessageAt: null,
        errors: {},
        controlEveryMs: null,
      },
    ],
    pausedAccounts: { [EVIL]: { until: NOON + 1000, reason: EVIL } },
    backupCodes: { [EVIL]: 3 },
    watch: {
      [EVIL]: aWatch({
        verdict: { cause: 'carrier', subject: EVIL, words: `${EVIL}; ${EVIL} -> ${EVIL}`, missing: [EVIL] },
        detectors: [aDetector(EVIL, { status: 'ALARM' }), aDetector('all', { status: 'ALARM' })],
        named: EVIL,
      }),
    },
  });
  const operations = new FakeOperations(hostile, [evil]);
  operations.changes = [aChange(1, { target: EVIL, verdict: { subject: EVIL, words: EVIL } })];
  const stand = await createWebStand({ operations, notice: EVIL });
  const name = encodeURIComponent(EVIL);
  for (const path of [
    '/',
    `/attempts/${name}`,
    `/probes/${name}`,
    `/targets/${name}`,
    `/login?next=${name}`,
    `/${name}`,
  ]) {
    const { body } = await stand.ask(path, { headers: BROWSER });
    const $ = load(body);
    expect($('script:not([src^="/assets/"]), [onerror], img[src=x]')).toHaveLength(0);
    expect(body).not.toContain('\u202e');
  }
});

const troubled = aSnapshot({ watch: { acme: anOutage() } });

test('the status page says the verdict first, with evidence, since when, routes and history', async () => {
  const operations = new FakeOperations(troubled, []);
  operations.changes = [aChange(5)];
  const stand = await createWebStand({ operations });
  const { body } = await stand.ask('/', { headers: BROWSER });
  const text = words(body);
  const order = [
    '✕ acme trouble',
    'SMS codes do not arrive: the target’s code sender is broken.',
    'Verdict since 11:55 UTC, 5 min ago · 97 % certain',
    'SMS codes: 5 of 5 lost on 2 of 2 carriers since 11:50',
    'authenticator app ok 11:57',
    'US-carrier-a ✕ ALARM: codes lost since 11:50 UTC evidence 15.2, alarm at 12.0',
    'US-carrier-b no code lately',
    'Verdict changes',
    'acme healthy → ✕ code sender broken',
  ].map((part) => text.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(load(body)('head > title').text()).toBe('✕ acme · twofa-prober');
});

test('what is missing to decide is said, and what is most probable in an alarm', async () => {
  const missing = ['add a control to tell the sender from the way to us'];
  const verdict = {
    cause: 'inconclusive',
    words: `SMS codes: 3 of 3 lost -> inconclusive (carrier carrier-a 60 %); ${missing.join('; ')}`,
    missing,
  } as const;
  const page = async (watch: WatchView) => {
    const stand = await createWebStand({
      operations: new FakeOperations(aSnapshot({ watch: { acme: watch } })),
    });
    return words((await stand.ask('/', { headers: BROWSER })).body);
  };
  const alarm = await page(aWatch({ verdict, detectors: anOutage().detectors }));
  expect(alarm).toContain('Most probable: carrier carrier-a 60 %');
  expect(alarm).toContain('To decide: add a control to tell the sender from the way to us.');
  expect(await page(aWatch({ verdict }))).not.toContain('Most probable');
});

test('a fault of ours is not shown as the target’s trouble, whatever was lost', async () => {
  const watch = aWatch({ verdict: { cause: 'receiver', subject: 'sim-rack' } });
  const codes = ['a1', 'a2', 'a3'].map((id) =>
    anAttempt(aPlan(id), { outcome: 'lost', code: aCode('lost', null) }),
  );
  const stand = await createWebStand({
    operations: new FakeOperations(aSnapshot({ watch: { acme: watch } }), codes),
  });
  const { body } = await stand.ask('/', { headers: BROWSER });
  expect(words(body)).toContain('? acme not measured');
  expect(words(body)).toContain('SMS codes do not arrive: the last 3 were lost');
  expect(load(body)('head > title').text()).toBe('Status · twofa-prober');
});

test('of many targets the troubled come first, and the calm are told in short', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `t${index}`);
  const { targets } = anInventory();
  const snapshot = aSnapshot({
    inventory: anInventory({
      targets: names.flatMap((name) => targets.map((target) => ({ ...target, name }))),
    }),
    watch: Object.fromEntries(names.map((name) => [name, name === 't5' ? anOutage() : aWatch()])),
  });
  const stand = await createWebStand({ operations: new FakeOperations(snapshot) });
  const { body } = await stand.ask('/', { headers: BROWSER });
  const $ = load(body);
  expect($('.card h2 a').first().text()).toBe('t5');
  expect(words(body)).toContain('✕ 1 of 8 targets in trouble: t5');
  expect(words(body)).toContain('✓ t0');
  expect($('.card')).toHaveLength(1);
  expect($('ul.routes')).toHaveLength(1);
});

test('a target has a page of its own, with its probes and all that is known of its verdicts', async () => {
  const operations = new FakeOperations(troubled, []);
  operations.changes = [
    aChange(5),
    aChange(9, { target: 'shop', verdict: { words: 'of the shop -> healthy' } }),
  ];
  const stand = await createWebStand({ operations });
  const answer = await stand.ask('/targets/acme', { headers: BROWSER });
  const text = words(answer.body);
  expect(text).toContain('SMS codes do not arrive: the target’s code sender is broken.');
  expect(text).toContain('acme-totp');
  expect(text).toContain('healthy → ✕ code sender broken');
  expect(text).not.toContain('of the shop');
  expect((await stand.ask('/targets/zzz', { headers: BROWSER })).status).toBe(404);
  expect((await stand.ask('/targets/__proto__', { headers: BROWSER })).status).toBe(404);
});

test('a notice of whoever runs it stands above everything', async () => {
  const stand = await createWebStand({ notice: 'A demo <b>' });
  const text = words((await stand.ask('/', { headers: BROWSER })).body);
  expect(text.indexOf('A demo <b>')).toBeGreaterThan(-1);
  expect(text.indexOf('A demo <b>')).toBeLessThan(text.indexOf('acme'));
});

const manyProbes = (count: number) =>
  aSnapshot({
    probes: Array.from({ length: count }, (_, index) =>
      aProbeView({
        name: `p${index}`,
        state: index === 250 ? 'paused' : 'active',
        inFlight: [{ ...live, plan: aPlan(`live${index}`, { probe: `p${index}` }) }],
      }),
    ),
  });

test('with hundreds of probes the status page shows those that want a look, and leads to the others', async () => {
  const stand = await createWebStand({ operations: new FakeOperations(manyProbes(500)) });
  const { body } = await stand.ask('/', { headers: BROWSER });
  expect(body.length).toBeLessThan(100_000);
  const $ = load(body);
  const rows = $('table.cards tbody th a').map((_, link) => $(link).text());
  expect(rows.get()).toEqual(['p250']);
  expect($('a[href="/probes"]').text()).toContain('All 500 probes');
  expect(words(body)).toContain('and 488 more');
});

test('all probes are listed a hundred at a time, and found by a part of their name', async () => {
  const stand = await createWebStand({ operations: new FakeOperations(manyProbes(250)) });
  const names = async (query: string) => {
    const $ = load((await stand.ask(`/probes${query}`, { headers: BROWSER })).body);
    const found = $('tbody th a').map((_, link) => $(link).text());
    return { names: found.get(), next: $('a[rel=next]').attr('href'), prev: $('a[rel=prev]').attr('href') };
  };
  expect(await names('')).toMatchObject({ next: '/probes?page=2', prev: undefined });
  const last = await names('?page=3');
  expect([last.names.length, last.names[0], last.next, last.prev]).toEqual([
    50,
    'p200',
    undefined,
    '/probes?page=2',
  ]);
  expect((await names('?page=99')).names).toEqual(last.names);
  expect((await names('?find=P24')).names).toHaveLength(11);
  expect((await names('?find=nothing')).names).toEqual([]);
  expect((await stand.ask('/probes?page=0', { headers: BROWSER })).status).toBe(400);
});

test('of hundreds of targets those without trouble are only named', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `t${index}`);
  const { targets } = anInventory();
  const snapshot = aSnapshot({
    inventory: anInventory({
      targets: names.flatMap((name) => targets.map((target) => ({ ...target, name }))),
    }),
    watch: Object.fromEntries(names.map((name, index) => [name, index < 20 ? anOutage() : aWatch()])),
  });
  const stand = await createWebStand({ operations: new FakeOperations(snapshot) });
  const { body } = await stand.ask('/', { headers: BROWSER });
  const $ = load(body);
  expect($('.targets .card')).toHaveLength(12);
  expect($('.names li')).toHaveLength(288);
  expect($('.names li').first().text()).toContain('✕');
  expect(body.length).toBeLessThan(150_000);
});

test('a probe tells its state, and offers what fits it', async () => {
  const offers = async (change: Partial<Parameters<typeof aProbeView>[0]>) => {
    const probes = [aProbeView({ name: 'acme-sms', ...change })];
    const stand = await createWebStand({ operations: new FakeOperations(aSnapshot({ probes })) });
    const $ = load((await stand.ask('/probes/acme-sms', { headers: BROWSER })).body);
    const buttons = $('.actions button').map((_, button) => $(button).text().trim());
    return [buttons.get().join(', '), words($.html())] as const;
  };
  expect((await offers({}))[0]).toBe('Run now, Pause, Start');
  expect((await offers({ state: 'paused' }))[0]).toBe('Run now, Resume');
  const [byHand, told] = await offers({ state: 'maintenance', maintenanceUntil: NOON + 3_600_000 });
  expect(byHand).toBe('Run now, End maintenance, Start');
  expect(told).toContain('maintenance ends in 60 min');
  expect((await offers({ state: 'maintenance' }))[0]).toBe('Run now, Start');
});
