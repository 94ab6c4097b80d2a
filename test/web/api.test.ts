import { expect, test } from 'vitest';
import { anAttempt, aPlan, NOON } from '../support/builders.ts';
import { aSnapshot, FakeOperations } from '../support/fake-operations.ts';
import { aChange, anOutage } from '../support/watch-views.ts';
import { BROWSER, createWebStand, FORM, OWN_FORM } from './stand.ts';

const minutesAgo = (minutes: number) => NOON - minutes * 60_000;
const stored = [1, 2, 3, 90].map((minutes) =>
  anAttempt(aPlan(`a${minutes}`, { startedAt: minutesAgo(minutes) }), { finishedAt: minutesAgo(minutes) }),
);
const json = { 'content-type': 'application/json' };

test('attempts come newest first, by probe, since and limit', async () => {
  const stand = await createWebStand({ operations: new FakeOperations(aSnapshot(), stored) });
  const ids = async (query: string): Promise<unknown> => {
    const { attempts } = JSON.parse((await stand.ask(`/api/v1/attempts${query}`)).body) as {
      attempts: { id: string }[];
    };
    return attempts.map((attempt) => attempt.id);
  };
  expect(await ids('')).toEqual(['a1', 'a2', 'a3', 'a90']);
  expect(await ids('?limit=2')).toEqual(['a1', 'a2']);
  expect(await ids('?probe=acme-sms&since=1h')).toEqual(['a1', 'a2', 'a3']);
  expect(await ids(`?since=${minutesAgo(2) / 1000}`)).toEqual(['a1', 'a2']);
  expect(await ids('?since=2026-01-15T11:58:30Z')).toEqual(['a1']);
  expect(await ids('?since=2026-01-15T12:58:30%2B01:00')).toEqual(['a1']);
  expect(await ids('?probe=other')).toEqual([]);
  expect(stand.operations.queries[0]).toEqual({ limit: 100 });
});

test.each([
  ['limit=0', 'limit: expected a whole number from 1 to 1000'],
  ['limit=1001', 'limit: expected a whole number from 1 to 1000'],
  ['limit=ten', 'limit: expected a whole number from 1 to 1000'],
  ['limit=-1', 'limit'],
  ['since=yesterday', 'since: expected a time (2026-01-15T12:00:00Z), Unix seconds, or an age such as 24h'],
  ['since=2026-13-45', 'since: expected a time'],
  ['since=', 'since: expected a time'],
  ['probe=a&probe=b', 'probe'],
  ['prob=acme', 'prob'],
])('a query with %s is refused in words', async (query, error) => {
  const stand = await createWebStand();
  const answer = await stand.ask(`/api/v1/attempts?${query}`);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ error: expect.stringContaining(error) as string });
  expect(stand.operations.queries).toEqual([]);
});

test('one attempt is found by its id', async () => {
  const stand = await createWebStand({ operations: new FakeOperations(aSnapshot(), stored) });
  expect(JSON.parse((await stand.ask('/api/v1/attempts/a2')).body)).toMatchObject({
    id: 'a2',
    outcome: 'ok',
  });
  const missing = await stand.ask('/api/v1/attempts/zzz');
  expect([missing.status, JSON.parse(missing.body)]).toMatchObject([
    404,
    { error: 'there is no attempt with this id' },
  ]);
});

test('targets are listed with their probes, starts and breaker', async () => {
  const snapshot = aSnapshot({ breakers: { acme: NOON + 1000 } });
  const stand = await createWebStand({ operations: new FakeOperations(snapshot) });
  const { targets } = JSON.parse((await stand.ask('/api/v1/targets')).body) as { targets: unknown[] };
  expect(targets).toEqual([
    expect.objectContaining({
      name: 'acme',
      probes: ['acme-sms', 'acme-totp'],
      starts: { hour: 13, day: 240 },
      breakerOpenUntil: NOON + 1000,
    }),
  ]);
});

test('a target has its verdict, since when, and what each detector says', async () => {
  const watch = anOutage();
  const stand = await createWebStand({
    operations: new FakeOperations(aSnapshot({ watch: { acme: watch } })),
  });
  const { targets } = JSON.parse((await stand.ask('/api/v1/targets')).body) as { targets: unknown[] };
  expect(targets).toMatchObject([
    { verdict: { ...watch.verdict, since: watch.since }, detectors: watch.detectors, named: null },
  ]);
});

test('a target that is not watched has no verdict', async () => {
  const stand = await createWebStand();
  const { targets } = JSON.parse((await stand.ask('/api/v1/targets')).body) as { targets: unknown[] };
  expect(targets).toMatchObject([{ verdict: null, detectors: [], named: null }]);
});

test('changes of verdicts come newest first, by target and limit', async () => {
  const operations = new FakeOperations();
  operations.changes = [aChange(1), aChange(2, { target: 'shop' }), aChange(3)];
  const stand = await createWebStand({ operations });
  const ask = async (query: string): Promise<unknown> =>
    (JSON.parse((await stand.ask(`/api/v1/verdicts${query}`)).body) as { verdicts: unknown }).verdicts;
  expect(await ask('')).toEqual(operations.changes);
  expect(await ask('?target=acme')).toEqual([aChange(1), aChange(3)]);
  expect(await ask('?target=acme&limit=1')).toEqual([aChange(1)]);
  expect(await ask('?target=unknown')).toEqual([]);
});

test.each(['limit=0', 'limit=501', 'target=a&target=b', 'probe=acme-sms'])(
  'changes of verdicts with %s are refused',
  async (query) => {
    const stand = await createWebStand();
    expect((await stand.ask(`/api/v1/verdicts?${query}`)).status).toBe(400);
  },
);

test('probes are listed as they are seen', async () => {
  const stand = await createWebStand();
  const { probes } = JSON.parse((await stand.ask('/api/v1/probes')).body) as { probes: unknown };
  expect(probes).toEqual(JSON.parse(JSON.stringify(stand.operations.current.probes)));
});

test('run, pause, resume and maintenance are commands', async () => {
  const stand = await createWebStand();
  for (const action of ['run', 'pause', 'resume']) {
    const answer = await stand.ask(`/api/v1/probes/acme-sms/${action}`, { method: 'POST' });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { message: 'done' }]);
  }
  const path = '/api/v1/probes/acme-sms/maintenance';
  await stand.ask(path, { method: 'POST', headers: json, body: '{"duration":"90m"}' });
  await stand.ask(path, { method: 'POST', headers: FORM, body: 'duration=1h' });
  await stand.ask('/-/reload', { method: 'POST' });
  expect(stand.operations.commands).toEqual([
    { kind: 'run', probe: 'acme-sms' },
    { kind: 'pause', probe: 'acme-sms' },
    { kind: 'resume', probe: 'acme-sms' },
    { kind: 'maintenance', probe: 'acme-sms', durationMs: 5_400_000 },
    { kind: 'maintenance', probe: 'acme-sms', durationMs: 3_600_000 },
    { kind: 'reload' },
  ]);
});

test.each([
  ['{}', 400, 'duration'],
  ['{"duration":"soon"}', 400, 'expected a duration such as'],
  ['{"duration":"1h","x":1}', 400, 'x'],
  ['{"duration":', 400, 'malformed'],
  ['[]', 400, ''],
  [`{"duration":"${'1'.repeat(20_000)}h"}`, 413, 'too large'],
])('a maintenance of %.30s is refused in words', async (body, status, error) => {
  const stand = await createWebStand();
  const answer = await stand.ask('/api/v1/probes/acme-sms/maintenance', {
    method: 'POST',
    headers: json,
    body,
  });
  expect(answer.status).toBe(status);
  expect((JSON.parse(answer.body) as { error: string }).error).toContain(error);
  expect(stand.operations.commands).toEqual([]);
});

test('what the daemon cannot do is answered with its status and words', async () => {
  const stand = await createWebStand();
  stand.operations.answer = { done: false, status: 409, message: 'acme-sms is running already' };
  const answer = await stand.ask('/api/v1/probes/acme-sms/run', { method: 'POST' });
  expect([answer.status, JSON.parse(answer.body)]).toEqual([409, { error: 'acme-sms is running already' }]);
});

test('an unknown action, method or path is told', async () => {
  const stand = await createWebStand();
  const action = await stand.ask('/api/v1/probes/acme-sms/explode', { method: 'POST' });
  expect(JSON.parse(action.body)).toMatchObject({ expected: 'run, pause, resume, maintenance' });
  const inherited = await stand.ask('/api/v1/probes/acme-sms/constructor', { method: 'POST' });
  const method = await stand.ask('/api/v1/probes/acme-sms/run');
  const reload = await stand.ask('/-/reload');
  const path = await stand.ask('/api/v1/nothing');
  const malformed = await stand.ask('/api/v1/attempts/%E0%A4%A');
  expect([action, inherited, method, reload, path, malformed].map(({ status }) => status)).toEqual([
    404, 404, 405, 405, 404, 400,
  ]);
  expect(method.headers.allow).toBe('POST');
});

test('a form of the page leads back to the page, and a failure is a page too', async () => {
  const stand = await createWebStand();
  const done = await stand.ask('/api/v1/probes/acme-sms/run', { method: 'POST', headers: OWN_FORM });
  expect([done.status, done.headers.location]).toEqual([303, '/']);
  const from = async (referer: string) => {
    const headers = { ...OWN_FORM, referer };
    return (await stand.ask('/api/v1/probes/acme-sms/pause', { method: 'POST', headers })).headers.location;
  };
  const own = `http://127.0.0.1:${stand.port}`;
  expect(await from(`${own}/probes?page=2#x`)).toBe('/probes?page=2');
  expect(await from('https://evil.example/probes')).toBe('/');
  expect(await from(`${own}//evil.example/`)).toBe('/');
  stand.operations.answer = { done: false, status: 404, message: 'there is no probe <b>x</b>' };
  const failed = await stand.ask('/api/v1/probes/x/run', { method: 'POST', headers: OWN_FORM });
  expect(failed.status).toBe(404);
  expect(failed.body).toContain('there is no probe &lt;b&gt;x&lt;/b&gt;');
});

test('a failure of ours is logged, and shown without its insides', async () => {
  class Broken extends FakeOperations {
    override snapshot(): Promise<never> {
      return Promise.reject(new Error('disk I/O error in /var/lib/twofa.db'));
    }
  }
  const stand = await createWebStand({ operations: new Broken() });
  for (const [path, headers] of [
    ['/api/v1/probes', {}],
    ['/', BROWSER],
  ] as const) {
    const answer = await stand.ask(path, { headers });
    expect(answer.status).toBe(500);
    expect(answer.body).not.toMatch(/disk|\/var|at /);
  }
  expect(stand.logged).toHaveLength(2);
  expect(JSON.stringify(stand.logged[0])).toContain('disk I/O error');
  const ready = await stand.ask('/-/ready');
  expect(JSON.stringify(stand.logged[2])).toContain('disk I/O error');
  expect([ready.status, ready.body]).toEqual([
    503,
    'not ready\n- the state cannot be read; the log says why\n',
  ]);
});
