import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import { tickKey } from '../../src/domain/schedule.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { createSimulator } from '../../src/sim/simulator.ts';
import { account, type StoredRows } from '../support/chaos-account.ts';
import { layLine } from '../support/cuttable-line.ts';
import { freePort } from '../support/free-port.ts';
import { openFront } from '../support/hooks-front.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { CODE_COST, LOGIN, RACK_SECRET, simConfig } from '../support/sim-config.ts';

const PROBES = 40;
const EVERY_MS = 20_000;
const CHAOS_MS = 180_000;
const PAUSE_MS = 12_000;
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const BIN = join(import.meta.dirname, '../../bin/twofa-prober.js');
const clock = createSystemClock();

const phones = Array.from({ length: PROBES }, (_, index) => ({
  name: `phone-${index}`,
  number: `+1202555${String(100 + index).padStart(4, '0')}`,
  carrier: index % 2 ? 'carrier-a' : 'carrier-b',
}));
const accounts = phones.map(({ name }, index) => ({ username: `user-${index}`, phone: name }));
const carrier = { mu: 0.3, sigma: 0.6, floorMs: 200, retryShare: 0, lossShare: 0.02, duplicateShare: 0.03 };
const isSpread = (index: number) => index % 2 === 0;

/** One node: its process, its line to the database, its clock. */
interface Node {
  readonly name: string;
  readonly location: string;
  readonly hooks: string;
  readonly cut: () => void;
  readonly mend: () => void;
  readonly jump: (hours: number) => Promise<void>;
  start(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  log: string;
}

test('whatever happens to nodes, their clocks and their database, each tick ends once and nobody is wronged', async () => {
  const postgres = await startPostgres();
  const url = await postgres.database();
  const folder = await mkdtemp(join(tmpdir(), 'twofa-chaos-'));
  const sim = createSimulator({
    clock,
    seed: 'chaos',
    world: { phones, accounts, carriers: { 'carrier-a': carrier, 'carrier-b': carrier } },
  });
  const address = await sim.start();
  const nodes: Node[] = [];
  const front = await openFront(() => nodes.map(({ hooks }) => hooks));
  for (const { name } of phones) {
    sim.connect(name, { manner: 'webhook', url: `${front.url}/hooks/rack`, secret: RACK_SECRET });
  }
  const lines = [];
  const children = new Set<ChildProcess>();
  for (const [index, location] of ['fra', 'fra', 'iad', 'iad'].entries()) {
    const line = await layLine(postgres.port);
    lines.push(line);
    const hooks = `127.0.0.1:${await freePort()}`;
    const name = `${location}-${index}`;
    const configFile = join(folder, `${name}.yaml`);
    const timeFile = join(folder, `${name}.time`);
    await writeFile(timeFile, '+0s\n');
    const config = simConfig(sim.world, { ...address, hooks });
    const store = url.replace(`:${postgres.port}/`, `:${line.port}/`);
    const probes = Object.fromEntries(
      accounts.map(({ username }, at) => [`probe-${at}`, probeOf(username, at)]),
    );
    const acme = config.targets['acme'];
    const targets = Object.fromEntries(
      ['0', '1', '2', '3'].map((part) => {
        const own = Object.entries(acme?.accounts ?? {}).filter(
          ([user]) => targetOf(user) === `acme-${part}`,
        );
        return [`acme-${part}`, { ...acme, accounts: Object.fromEntries(own) }];
      }),
    );
    const spend = { currency: 'USD', perMonth: 1_000_000 };
    const changed = { ...config, node: { name, location }, store, targets, spend, probes };
    delete changed.inboxes['carrier'];
    await writeFile(configFile, JSON.stringify(changed));
    nodes.push(nodeOf({ name, location, hooks, configFile, timeFile, line, children }));
  }
  try {
    await Promise.all(nodes.map((node) => node.start()));
    const from = Math.ceil((clock.now() + 3000) / EVERY_MS) * EVERY_MS;
    await disturb(nodes, postgres);
    const to = Math.floor(clock.now() / EVERY_MS) * EVERY_MS;
    // Time for what is under way: expiry, a dead node's lease, and the sweep.
    await clock.sleep(50_000);
    for (const node of nodes) node.signal('SIGTERM');
    await Promise.all([...children].map(gone));
    const rows = await readRows(postgres, url);
    const figures = account(rows, sim.truth, keysBetween(from, to), CODE_COST);
    const verdicts = await postgres.query(url, `select key from state where key like 'verdicts/%'`);
    const told = nodes
      .map(({ log }) => log.match(/"event":"verdict"/g)?.length ?? 0)
      .reduce((a, b) => a + b, 0);
    const all = { ...figures, verdictChanges: verdicts.length, verdictsTold: told };
    process.stdout.write(`${JSON.stringify(all, null, 1)}\n`);
    expect(figures).toMatchObject({
      ticksWithoutEnd: [],
      ticksWithTwoEnds: [],
      secondCodeInOneAttempt: 0,
      phoneUsedTwiceAtOnce: 0,
      accountUsedTwiceAtOnce: 0,
      acknowledgedAndNotKept: 0,
      keptTwice: 0,
      unsettled: 0,
      codeAtWrongAttempt: 0,
      codeNotAccountedAsRequested: 0,
      spendOff: 0,
      targetBlamed: [],
      lostThatWasNot: 0,
    });
    expect(figures.ok).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(verdicts.length);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([...children].map(gone));
    await sim.stop();
    await front.close();
    await Promise.all(lines.map((line) => line.close()));
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);

/** No target allows so many attempts an hour as all the probes make. */
const targetOf = (username: string): string => `acme-${Number(username.slice('user-'.length)) % 4}`;

const probeOf = (username: string, index: number) => ({
  target: targetOf(username),
  flow: LOGIN,
  deadline: '4s',
  expiry: '10s',
  factor: 'sms',
  accounts: [username],
  sender: ['ACME'],
  schedule: '*/20 * * * * *',
  locations: isSpread(index) ? 'spread' : [index % 4 === 1 ? 'fra' : 'iad'],
});

function keysBetween(from: number, to: number): string[] {
  const keys: string[] = [];
  for (let at = from; at < to; at += EVERY_MS) {
    for (let index = 0; index < PROBES; index += 1) {
      const place = isSpread(index) ? 'spread' : index % 4 === 1 ? 'fra' : 'iad';
      keys.push(tickKey(`probe-${index}`, at, place));
    }
  }
  return keys;
}

interface NodeParts extends Pick<Node, 'name' | 'location'> {
  readonly hooks: string;
  readonly configFile: string;
  readonly timeFile: string;
  readonly line: { cut(): void; mend(): void };
  readonly children: Set<ChildProcess>;
}

function nodeOf({ name, location, hooks, configFile, timeFile, line, children }: NodeParts): Node {
  let child: ChildProcess | null = null;
  const env = {
    ...process.env,
    LD_PRELOAD: FAKETIME,
    FAKETIME_TIMESTAMP_FILE: timeFile,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const node: Node = {
    name,
    location,
    hooks: `http://${hooks}`,
    log: '',
    cut: () => line.cut(),
    mend: () => line.mend(),
    jump: (hours) => writeFile(timeFile, `+${hours}h\n`),
    signal: (signal) => void child?.kill(signal),
    async start() {
      const flags = ['start', `--config.file=${configFile}`, '--log.format=json'];
      const started = spawn(process.execPath, [BIN, ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      children.add(started);
      started.once('exit', () => children.delete(started));
      await new Promise<void>((resolve, reject) => {
        const note = (part: Buffer) => {
          node.log += part.toString();
          if (node.log.includes('"event":"started"')) resolve();
        };
        started.stdout.on('data', note);
        started.stderr.on('data', note);
        started.once('exit', (code, signal) =>
          reject(new Error(`${name} ended (${code ?? signal}): ${node.log.slice(-2000)}`)),
        );
      });
    },
  };
  return node;
}

const gone = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** One thing after another, so that each location keeps a node that works; all is whole again at the end. */
async function disturb(nodes: readonly Node[], postgres: TestPostgres): Promise<void> {
  const endMs = clock.monotonicMs() + CHAOS_MS;
  const deeds: readonly ((node: Node) => Promise<void>)[] = [
    async (node) => {
      node.signal('SIGKILL');
      await clock.sleep(PAUSE_MS / 2);
      node.log = node.log.replaceAll('"event":"started"', '"event":"was-started"');
      await node.start();
    },
    async (node) => {
      node.signal('SIGSTOP');
      await clock.sleep(25_000);
      node.signal('SIGCONT');
    },
    async (node) => {
      node.cut();
      await clock.sleep(PAUSE_MS);
      node.mend();
    },
    async () => postgres.restart(),
    async (node) => node.jump(1),
    async (node) => {
      node.cut();
      await clock.sleep(25_000);
      node.mend();
    },
  ];
  for (let turn = 0; clock.monotonicMs() < endMs; turn += 1) {
    const node = nodes[(turn * 3 + 1) % nodes.length];
    const deed = deeds[turn % deeds.length];
    if (node && deed) await deed(node);
    await clock.sleep(PAUSE_MS / 2);
  }
}

async function readRows(postgres: TestPostgres, url: string): Promise<StoredRows> {
  const rows = <Row>(sql: string) => postgres.query(url, sql) as Promise<Row[]>;
  const attempts = await rows<{ record: string }>(
    'select record from attempts where finished_at is not null',
  );
  const spend = await rows<{ spent: string; reserved: string }>('select spent, reserved from spend');
  const requested = await rows<{ id: string }>('select id from attempts where requested_at is not null');
  return {
    attempts: attempts.map(({ record }) => JSON.parse(record) as Attempt),
    skips: await rows('select key, reason from skips'),
    messages: await rows('select provider_id, attempt, disposition from messages'),
    requested: requested.map(({ id }) => id),
    spend: {
      spent: spend.reduce((sum, one) => sum + Number(one.spent), 0),
      reserved: spend.reduce((sum, one) => sum + Number(one.reserved), 0),
    },
  };
}
