import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { lockStatements } from '../../src/stores/postgres-locks.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { candidate, CENT, entry, leased, request, skipOf, T } from './builders.ts';

let postgres: TestPostgres;
const openStore = async (url: string): Promise<Store> =>
  (await openPostgresStore(url, createSystemClock())).store;
const opened: Store[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await postgres.stop();
});

const open = async (url: string): Promise<Store> => {
  const store = await openStore(url);
  opened.push(store);
  return store;
};

async function twoNodes(): Promise<{ url: string; here: Store; there: Store }> {
  const url = await postgres.database();
  return { url, here: await open(url), there: await open(url) };
}

test('ten nodes that start at once on an empty database make its tables once', async () => {
  const url = await postgres.database();
  const stores = await Promise.all(Array.from({ length: 10 }, () => open(url)));
  await stores[0]?.state.write({ seen: true });
  expect(await stores[9]?.state.read('')).toEqual({ seen: true });
  await Promise.all(stores.map((store) => store.close()));
});

test('of two nodes that want the same phone for different targets one gets it', async () => {
  const { here, there } = await twoNodes();
  for (let turn = 0; turn < 20; turn += 1) {
    const at = T + turn;
    const wish = (target: string) =>
      request({ at, plan: { target, probe: target }, candidates: [candidate(`a${turn}`, `phone-${turn}`)] });
    const answers = await Promise.all([here.leases.acquire(wish('a')), there.leases.acquire(wish('b'))]);
    expect(answers.map(skipOf).sort()).toEqual(['granted', 'no_free_account']);
  }
});

test('however many nodes spend at once, on whatever targets, the cap holds', async () => {
  const { here, there } = await twoNodes();
  const cap = { currency: 'USD', perMonth: 5 * CENT };
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      (index % 2 ? here : there).leases.acquire(
        request({ cap, plan: { target: `t${index}` }, candidates: [candidate('a', `p${index}`, CENT)] }),
      ),
    ),
  );
  expect(answers.map(skipOf).filter((skip) => skip === 'granted')).toHaveLength(5);
  expect((await here.state.usage(T)).spent).toBe(5 * CENT);
});

test('a target’s limits are counted over all nodes', async () => {
  const { here, there } = await twoNodes();
  const limits = { ...request().limits, perHour: 3 };
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      (index % 2 ? here : there).leases.acquire(
        request({ limits, candidates: [candidate(`a${index}`, null)] }),
      ),
    ),
  );
  expect(answers.map(skipOf).filter((skip) => skip === 'granted')).toHaveLength(3);
});

test('a message that two nodes are given at the same time is kept once', async () => {
  const { here, there } = await twoNodes();
  const one = entry(null, { providerId: 'SM-same' });
  const answers = await Promise.all([here.messages.record(one), there.messages.record(one)]);
  expect(answers.map(({ kind }) => kind).sort()).toEqual(['known', 'recorded']);
});

test('an attempt whose lease ran out is ended by one node only', async () => {
  const { here, there } = await twoNodes();
  for (let index = 0; index < 5; index += 1) {
    await leased(here, request({ candidates: [candidate(`a${index}`, `p${index}`)] }));
  }
  const swept = await Promise.all(
    [here, there, here, there].map((store) => store.attempts.sweep(T + 60_000)),
  );
  expect(swept.map((some) => `${some.length}`).sort()).toEqual(['0', '0', '0', '5']);
});

test('a lease that is renewed while others sweep is kept or lost, never both', async () => {
  const { here, there } = await twoNodes();
  for (let turn = 0; turn < 20; turn += 1) {
    const lease = await leased(here, request({ candidates: [candidate(`a${turn}`, null)] }));
    const [lost, swept] = await Promise.all([
      here.leases.renew([lease], T + 90_000, T),
      there.attempts.sweep(T + 60_000),
    ]);
    expect(lost.length).toBe(swept.length);
    if (lost.length === 0) await there.attempts.sweep(T + 120_000);
  }
});

test('connections that the server ends fail their calls, and the next calls get through', async () => {
  const { url, here } = await twoNodes();
  await here.state.write({ kept: 1 });
  const killed = Promise.allSettled(Array.from({ length: 20 }, () => here.state.advance('k', Date.now())));
  await postgres.query(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  for (const one of await killed) {
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ name: 'StoreDown' });
  }
  expect(await here.state.read('kept')).toEqual({ kept: 1 });
});

test('a process that stands still in a transaction holds nobody up for long', async () => {
  const { url, here } = await twoNodes();
  const stopped = new Client({ connectionString: url, idle_in_transaction_session_timeout: 200 });
  stopped.on('error', () => undefined);
  await stopped.connect();
  await stopped.query(['begin', ...lockStatements('alone')].join('; '));
  expect(skipOf(await here.leases.acquire(request()))).toBe('granted');
  await stopped.end().catch(() => undefined);
});

test.each([
  ['nobody listens', 'postgres://u:hunter2@127.0.0.1:1/x', 'it cannot be reached'],
  ['no such database', '/nothing', 'there is no such database'],
  ['a wrong password', ':wrong@', 'it refuses our credentials'],
])('where %s, the error says so, and does not give the password away', async (_what, wrong, why) => {
  const right = await postgres.database();
  const url = wrong.startsWith('postgres')
    ? wrong
    : wrong.startsWith('/')
      ? right.replace(/\/[^/]*$/, wrong)
      : right.replace(/:[^:/]+@/, wrong);
  const refused = await openStore(url).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'StoreDown', message: expect.stringContaining(why) });
  expect(String(refused)).not.toMatch(/hunter2|not-a-secret/);
});

test('a store that a newer version wrote is left alone', async () => {
  const { url, here } = await twoNodes();
  await postgres.query(url, 'insert into migrations (number) values (999)');
  await expect(openStore(url)).rejects.toThrow('newer twofa-prober');
  expect(await here.state.read('')).toEqual({});
});
