import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { connectSqlite, connector, type SqliteConnection } from '../../src/stores/sqlite-connection.ts';
import { startEngine } from '../../src/stores/sqlite-engine.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/stores/sqlite.ts';
import { createStore } from '../../src/stores/store.ts';
import { ask, candidate, code, ended, leased, live, request, skipOf, T } from './builders.ts';

const folder = mkdtempSync(join(tmpdir(), 'twofa-engine-'));
const stores: Store[] = [];
let files = 0;

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A store in a file, worked on right here. */
async function openOn(onConnect: () => string = () => HEALTHY) {
  files += 1;
  const path = join(folder, `${files}.db`);
  let latest: SqliteConnection | null = null;
  const connect = async () => {
    latest = await connectSqlite(path);
    latest.database.exec(onConnect());
    return latest;
  };
  const engine = await startEngine({ path, connect, defer: queueMicrotask });
  const store = createStore(engine.call, engine.close);
  stores.push(store);
  return {
    store,
    path,
    /** Does something to the connection in use; the next one will not have it. */
    inflict: (sql: string) => latest?.database.exec(sql),
  };
}

const HEALTHY = 'SELECT 1';
const big = (size: number): string => 'x'.repeat(size);

test('a call that fails is undone alone; its batch is kept', async () => {
  const { store } = await openOn();
  const lease = await leased(store, request());
  const broken = { ...request(), plan: { ...request().plan, id: lease.attempt } };
  const batch = [
    store.state.advance('before', 1),
    store.leases.acquire({ ...broken, candidates: [{ account: 'x', phone: 'x', route: null, cost: 5 }] }),
    store.state.advance('after', 1),
  ];
  const [before, failed, after] = await Promise.allSettled(batch);
  expect(before).toEqual({ status: 'fulfilled', value: true });
  expect(after).toEqual({ status: 'fulfilled', value: true });
  expect(failed).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('UNIQUE') },
  });
  const usage = await store.state.usage(T);
  expect(usage).toMatchObject({ leases: { account: 1 }, spent: 0 });
  expect(await store.state.read('')).toEqual({ before: 1, after: 1 });
});

test('a full disk fails the whole batch, keeps nothing of it, and is got over without a restart', async () => {
  let pages = 60;
  const { store } = await openOn(() => `PRAGMA max_page_count = ${pages}`);
  await store.state.write({ kept: 1 });
  const batch = await Promise.allSettled([
    store.state.write({ small: 1 }),
    store.state.write({ large: big(1_000_000) }),
    store.state.read('kept'),
  ]);
  for (const one of batch) {
    expect(one).toMatchObject({ status: 'rejected', reason: { name: 'StoreDown' } });
  }
  expect(batch[0]).toMatchObject({ reason: { message: expect.stringContaining('the disk is full') } });
  expect(await store.state.read('')).toEqual({ kept: 1 });
  pages = 10_000;
  await expect(store.state.write({ large: big(1_000_000) })).rejects.toMatchObject({ name: 'StoreDown' });
  await store.state.write({ large: big(1_000_000) });
  expect(Object.keys(await store.state.read(''))).toEqual(['kept', 'large']);
});

test('a disk that cannot be written starts no attempt, and loses no end of one', async () => {
  const { store, inflict } = await openOn();
  const wanted = request();
  const lease = await leased(store, wanted);
  await ask(store, lease, T);
  const attempt = ended(wanted, lease, 'ok', { code: code(T) });
  inflict('PRAGMA query_only = ON');
  const [refused, failed] = await Promise.allSettled([
    store.leases.acquire(request({ candidates: [candidate('sms-2', 'us-b')] })),
    store.attempts.finish(attempt, { fence: lease.fence, messages: [] }),
  ]);
  for (const one of [refused, failed]) {
    expect(one).toMatchObject({ status: 'rejected', reason: { name: 'StoreDown' } });
    expect(one).toMatchObject({ reason: { message: expect.stringContaining('cannot be written') } });
  }
  expect((await store.state.usage(T)).leases).toEqual({ account: 1, phone: 1 });
  expect((await store.attempts.finish(attempt, { fence: lease.fence, messages: [] })).stored).toBe(true);
});

test('a file that cannot be opened again fails each call, until it can', async () => {
  let missing = false;
  const { store, inflict } = await openOn(() => (missing ? 'SELECT * FROM what_is_not_there' : HEALTHY));
  await store.state.write({ kept: 1 });
  missing = true;
  inflict('PRAGMA query_only = ON');
  for (let tries = 0; tries < 3; tries += 1) {
    await expect(store.state.write({ lost: 1 })).rejects.toMatchObject({ name: 'StoreDown' });
  }
  missing = false;
  expect(await store.state.read('')).toEqual({ kept: 1 });
});

test('a file that vanished is not made anew behind the daemon’s back', async () => {
  const path = join(folder, 'vanishing.db');
  const connect = connector(path);
  (await connect()).database.close();
  (await connect()).database.close();
  rmSync(path);
  await expect(connect()).rejects.toThrow('the file is gone');
});

test('a commit is on the disk, and what readers do never waits for it', async () => {
  const { database } = await connectSqlite(join(folder, 'pragmas.db'));
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('foreign_keys')).toBe(1);
  expect(pragma('busy_timeout')).toBe(5000);
  database.close();
});

test('asking for permission without asking for a code writes nothing to the disk', async () => {
  const { store, path } = await openOn();
  const lease = await leased(store, request());
  const size = () => statSync(`${path}-wal`).size;
  const before = size();
  for (let asked = 0; asked < 20; asked += 1) {
    expect(await store.leases.permit(lease, { at: T, timeoutMs: 0, request: null })).toBe(true);
    await store.state.usage(T);
  }
  expect(size()).toBe(before);
  await ask(store, lease, T);
  expect(size()).toBeGreaterThan(before);
});

test('what queues up together is committed together', async () => {
  const { store, path } = await openOn(() => 'PRAGMA wal_autocheckpoint = 0');
  const size = () => statSync(`${path}-wal`).size;
  const one = size();
  await store.state.advance('k', 1);
  const perCommit = size() - one;
  await Promise.all(Array.from({ length: 50 }, (_, index) => store.state.advance('k', index + 2)));
  expect(size() - one - perCommit).toBeLessThan(5 * perCommit);
});

test('in memory everything resolves by promises alone, so that fake clocks work', async () => {
  const store = await openSqliteStore(IN_MEMORY, { boot: 'b' });
  stores.push(store);
  const answers: string[] = [];
  const work = (async () => {
    await live(store, 'ok', { over: { code: code(T) } });
    answers.push(skipOf(await store.leases.acquire(request({ at: T + 1 }))));
  })();
  for (let turn = 0; turn < 5000; turn += 1) await Promise.resolve();
  expect(answers).toEqual(['granted']);
  await work;
});
