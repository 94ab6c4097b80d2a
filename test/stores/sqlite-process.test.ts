import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { startRemoteEngine, startWorker } from '../../src/stores/sqlite-remote.ts';

const folder = mkdtempSync(join(tmpdir(), 'twofa-process-'));
const boot = 'boot-of-the-test';

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a second daemon is told who holds the store; what was acknowledged survives the kill of the first', async () => {
  const path = join(folder, 'killed.db');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), path, 'boot-of-the-child'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let acknowledged = 0;
  let refusal: unknown = null;
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line);
    if (acknowledged === 50) {
      refusal = await openSqliteStore(path, { boot }).catch((error: unknown) => error);
    }
    if (acknowledged >= 150) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(refusal).toMatchObject({
    name: 'StoreDown',
    message: expect.stringContaining(`process ${child.pid} on`),
  });
  const store = await openSqliteStore(path, { boot });
  const { written } = await store.state.read('written');
  await store.close();
  expect(written).toBeGreaterThanOrEqual(acknowledged);
});

test('of several that open one store at once exactly one gets it', async () => {
  const path = join(folder, 'contended.db');
  const opened = await Promise.allSettled(
    Array.from({ length: 4 }, (_, index) => openSqliteStore(path, { boot: `boot-${index}` })),
  );
  const winners = opened.filter((one) => one.status === 'fulfilled');
  expect(winners).toHaveLength(1);
  const refusals = opened.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  expect(refusals).toEqual(Array(3).fill(expect.objectContaining({ name: 'StoreDown' })));
  await Promise.all(winners.map((one) => one.value.close()));
  const again = await openSqliteStore(path, { boot });
  await again.close();
});

test('a thread that dies fails the calls it had, and the next call starts another', async () => {
  const threads: Worker[] = [];
  const engine = await startRemoteEngine({ path: join(folder, 'thread.db'), boot }, (settings) => {
    const thread = startWorker(settings);
    threads.push(thread);
    return thread;
  });
  await engine.call('write', { entries: { kept: 1 } });
  const ended = threads[0]?.terminate();
  await expect(engine.call('read', { prefix: '' })).rejects.toMatchObject({ name: 'StoreDown' });
  await ended;
  expect(await engine.call('read', { prefix: '' })).toEqual({ kept: 1 });
  expect(threads).toHaveLength(2);
  await engine.close();
});

test('a call that cannot be sent fails alone', async () => {
  const engine = await startRemoteEngine({ path: join(folder, 'unsendable.db'), boot });
  const unsendable = engine.call('write', { entries: { nonsense: () => 1 } });
  await expect(unsendable).rejects.toThrow('could not be cloned');
  expect(await engine.call('advance', { key: 'k', value: 1 })).toBe(true);
  await engine.close();
});

test('a store that fails a call says so without taking the store for broken', async () => {
  const engine = await startRemoteEngine({ path: join(folder, 'failing.db'), boot });
  const failing = engine.call('read', { prefix: {} as never });
  await expect(failing).rejects.toMatchObject({ name: 'Error' });
  expect(await engine.call('advance', { key: 'k', value: 1 })).toBe(true);
  await engine.close();
});

const asFile = join(folder, 'a-file');
writeFileSync(asFile, 'this is a letter, not a database; it is long enough to be looked at'.repeat(20));
mkdirSync(join(folder, 'a-folder.db'));

test.each([
  ['a folder', join(folder, 'a-folder.db'), 'cannot be opened'],
  ['a file of another kind', asFile, 'is not an SQLite database'],
  ['a path through a file', join(asFile, 'x.db'), 'its folder cannot be made'],
])('%s is no store, and the error says so', async (_what, path, why) => {
  const refused = await openSqliteStore(path, { boot }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'StoreDown', message: expect.stringContaining(why) });
  expect(refused).toMatchObject({ message: expect.stringContaining(path) });
});

test('a store that a newer version wrote is left alone', async () => {
  const path = join(folder, 'newer.db');
  await (await openSqliteStore(path, { boot })).close();
  const database = new DatabaseSync(path);
  database.exec('INSERT INTO migrations (number) VALUES (999)');
  database.close();
  await expect(openSqliteStore(path, { boot })).rejects.toThrow('newer twofa-prober');
});

test('the folder is made, for its owner alone', async () => {
  const path = join(folder, 'new', 'deep', 'twofa.db');
  const store = await openSqliteStore(path, { boot });
  await store.close();
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});
