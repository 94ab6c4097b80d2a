import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { StoreDown } from '../ports/store.ts';
import { connector } from './sqlite-connection.ts';
import { startEngine, type SqliteEngine } from './sqlite-engine.ts';
import { storeDown } from './sqlite-errors.ts';
import { holdLock } from './sqlite-lock.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './sqlite-protocol.ts';

/** The thread that waits for the disk, so that nobody else has to. */
async function serve(port: MessagePort, { path, boot }: WorkerSettings): Promise<void> {
  const say = (message: FromWorker) => port.postMessage(message, []);
  try {
    makeFolder(dirname(path));
    const release = holdLock(path, boot);
    const engine = await startEngine({ path, connect: connector(path), defer: setImmediate }).catch(
      (error: unknown) => {
        release();
        throw error;
      },
    );
    const close = async () => {
      await engine.close();
      release();
      port.close();
    };
    port.on('message', (message: ToWorker) => {
      void (message.kind === 'close' ? close() : answer(engine, message).then(say));
    });
    say({ kind: 'ready' });
  } catch (error) {
    say({ kind: 'refused', message: storeDown(path, error).message });
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(`its folder cannot be made (${messageOf(error)})`, { cause: error });
  }
}

type Asked = Extract<ToWorker, { kind: 'call' }>;

async function answer(engine: SqliteEngine, { id, name, args }: Asked): Promise<FromWorker> {
  try {
    return { kind: 'answer', id, value: await engine.call(name, args as never) };
  } catch (error) {
    return { kind: 'failed', id, down: error instanceof StoreDown, message: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

if (parentPort) await serve(parentPort, workerData as WorkerSettings);
