import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreDown } from '../ports/store.ts';
import type { Call } from './operations/index.ts';
import type { SqliteEngine } from './sqlite-engine.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './sqlite-protocol.ts';

/** The thread's file stands beside this one: `.ts` in the sources, `.js` once compiled. */
export const startWorker = (settings: WorkerSettings): Worker =>
  new Worker(new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: settings,
    // Older Node versions call both node:sqlite and type stripping experimental, on every start.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An engine in another thread. A thread that dies fails the calls it had taken; the next call starts another.
 */
export async function startRemoteEngine(
  settings: WorkerSettings,
  start: (settings: WorkerSettings) => Worker = startWorker,
): Promise<SqliteEngine> {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let closing: Promise<void> | null = null;
  let link: Promise<Worker> | null = null;

  const gone = (why: string) => {
    link = null;
    for (const { reject } of pending.values()) reject(new StoreDown(`store ${settings.path}: ${why}`));
    pending.clear();
  };
  const ensureLink = (): Promise<Worker> => {
    link ??= openLink(start(settings), { settle: (message) => settle(pending, message), gone });
    return link;
  };
  const send = async (message: ToWorker) => (await ensureLink()).postMessage(message, []);

  const call: Call = (name, args) =>
    new Promise((resolve, reject) => {
      if (closing) {
        reject(new StoreDown(`store ${settings.path}: it is closed`));
        return;
      }
      const id = nextId;
      nextId += 1;
      pending.set(id, { resolve, reject });
      send({ kind: 'call', id, name, args }).catch((error: unknown) => {
        pending.delete(id);
        reject(error);
      });
    });

  const close = async () => {
    const worker = await link;
    if (!worker) return;
    const ended = new Promise((resolve) => {
      worker.once('exit', resolve);
    });
    worker.postMessage({ kind: 'close' } satisfies ToWorker, []);
    await ended;
  };

  await ensureLink();
  return { call, close: () => (closing ??= close()) };
}

interface Listener {
  readonly settle: (message: FromWorker) => void;
  readonly gone: (why: string) => void;
}

/** Resolves when the thread has the store open; rejects with its reason when it cannot. */
function openLink(worker: Worker, { settle, gone }: Listener): Promise<Worker> {
  return new Promise((resolve, reject) => {
    let why = 'its thread ended';
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') resolve(worker);
      else if (message.kind === 'refused') reject(new StoreDown(message.message));
      else settle(message);
    });
    worker.on('error', (error) => {
      why = `its thread failed: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.on('exit', () => {
      gone(why);
      reject(new StoreDown(why));
    });
  });
}

function settle(pending: Map<number, Pending>, message: FromWorker): void {
  if (message.kind !== 'answer' && message.kind !== 'failed') return;
  const waiting = pending.get(message.id);
  pending.delete(message.id);
  if (message.kind === 'answer') waiting?.resolve(message.value as never);
  else waiting?.reject(message.down ? new StoreDown(message.message) : new Error(message.message));
}
