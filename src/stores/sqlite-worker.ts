import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { connectSqlite } from './sqlite-connection.ts';
import { startEngine, type SqliteEngine } from './sqlite-engine.ts';
import { storeDown } from './sqlite-errors.ts';
import { holdLock } from './sqlite-lock.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './sqlite-protocol.ts';
import { StoreDown } from '../ports/store.ts';

/** The thread that waits for the disk, so that nobody else has to. */
async function serve(port: NonNullable<typeof parentPort>, { path, boot }: WorkerSettings): Promise<void> {
  const say = (message: FromWorker) => port.postMessage(message);
  let release: () => void;
  let engine: SqliteEngine;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    release = holdLock(path, boot);
  } catch (error) {
    say({ kind: 'refused', message: storeDown(path, error).message });
    return;
  }
  try {
    engine = await startEngine({ path, connect: () => connectSqlite(path), defer: setImmediate });
  } catch (error) {
    release();
    say({ kind: 'refused', message: storeDown(path, error).message });
    return;
  }
  const close = async () => {
    await engine.close();
    release();
    port.close();
  };
  const answer = async ({ id, name, args }: Extract<ToWorker, { kind: 'call' }>) => {
    try {
      say({ kind: 'answer', id, value: await engine.call(name, args as never) });
    } catch (error) {
      say({ kind: 'failed', id, down: error instanceof StoreDown, message: String(error) });
    }
  };
  port.on('message', (message: ToWorker) => {
    void (message.kind === 'close' ? close() : answer(message));
  });
  say({ kind: 'ready' });
}

if (parentPort) await serve(parentPort, workerData as WorkerSettings);
