import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { InboundMessage } from '../../src/domain/message.ts';
import { webhookInbox } from '../../src/inboxes/webhook.ts';
import { StoreDown } from '../../src/ports/store.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { createHooksServer } from '../../src/web/hooks.ts';
import { execute, type Ended } from './execute.ts';
import { freePort } from './free-port.ts';

export const RACK_SECRET = 'secret-of-the-rack-0123456789abcdef';
export const SCRIPTS = join(import.meta.dirname, '../../probes/modems');

/** A modem's machine with our scripts, and a `webhook` inbox that it knows, which listens once it is opened. */
export interface Rack {
  readonly folder: string;
  readonly spool: string;
  readonly messages: InboundMessage[];
  /** While set, the inbox cannot keep messages. */
  storeDown: boolean;
  open(): Promise<void>;
  /** Resolves with the next message that the inbox takes. */
  next(): Promise<InboundMessage>;
  configure(settings: Record<string, unknown>): Promise<void>;
  run(script: string, args: readonly string[], env?: Record<string, string>): Promise<Ended>;
  /** The messages that wait: names and modes. */
  waiting(): Promise<{ name: string; mode: string }[]>;
  log(): Promise<string>;
}

export async function createRack(): Promise<Rack> {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-rack-'));
  const spool = join(folder, 'spool');
  const port = await freePort();
  const settings = {
    url: `http://127.0.0.1:${port}/hooks/rack`,
    secretFile: join(folder, 'secret'),
    spool,
    numbers: { 'rack-1': '+15005550111', GSM1: '+15005550112' },
  };
  const settingsFile = join(folder, 'modems.json');
  await writeFile(settings.secretFile, `${RACK_SECRET}\n`, { mode: 0o600 });
  await writeFile(settingsFile, JSON.stringify(settings));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

  const messages: InboundMessage[] = [];
  const waiters: ((message: InboundMessage) => void)[] = [];
  const rack: Rack = {
    folder,
    spool,
    messages,
    storeDown: false,
    open: () => openInbox(port, rack, waiters),
    next: () => new Promise((resolve) => waiters.push(resolve)),
    configure: (changed) => writeFile(settingsFile, JSON.stringify({ ...settings, ...changed })),
    run: (script, args, env = {}) =>
      execute(join(SCRIPTS, script), args, { cwd: folder, env: { TWOFA_MODEMS: settingsFile, ...env } }),
    async waiting() {
      const names = (await readdir(spool).catch(() => [])).filter((name) => name.endsWith('.json'));
      return Promise.all(
        names.sort().map(async (name) => {
          const { mode } = await stat(join(spool, name));
          return { name, mode: (mode & 0o777).toString(8) };
        }),
      );
    },
    log: () => readFile(join(spool, 'log'), 'utf8').catch(() => ''),
  };
  return rack;
}

async function openInbox(port: number, rack: Rack, waiters: ((message: InboundMessage) => void)[]) {
  const clock = createSystemClock();
  const boot = randomUUID();
  const stamp = () => ({ at: clock.now(), monotonicMs: clock.monotonicMs(), boot });
  const logger = { log: () => undefined };
  const inbox = webhookInbox.create(webhookInbox.schema.parse({ secret: RACK_SECRET }), {
    name: 'rack',
    clock,
    stamp,
    numbers: [],
    publicUrl: null,
    logger,
  });
  const server = createHooksServer({
    inboxes: new Map([['rack', inbox]]),
    async accept(_name, taken) {
      if (rack.storeDown) throw new StoreDown('the disk is full');
      rack.messages.push(...taken);
      for (const message of taken) waiters.shift()?.(message);
    },
    stamp,
    logger,
  });
  await server.listen('127.0.0.1', port);
  onTestFinished(() => server.close());
}

export const makeReadable = (rack: Rack): Promise<void> => chmod(join(rack.folder, 'secret'), 0o644);
