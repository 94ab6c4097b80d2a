// Whole SMS logins a second over 1, 2 and 4 nodes on one PostgreSQL. Each message is handed to another node than the one
// that waits for it. Nodes, PostgreSQL and the simulated world share this machine's processors: beyond as many nodes as
// it has, more of them show what sharing costs, not what they could carry on machines of their own.
import { cpus } from 'node:os';
import { freePort } from '../../test/support/free-port.ts';
import { startPostgres, type TestPostgres } from '../../test/support/postgres.ts';
import { startChild, type Child } from '../children.ts';
import { numberOf, RACK_SECRET, type BenchConfig } from '../configuration.ts';
import { perSecond, quantile, round, show } from '../figures.ts';
import type { LoginsDone, NodeQuestion } from '../node.ts';
import { postgresCpu } from '../postgres-cpu.ts';
import { emit } from '../row.ts';
import type { SimulatorQuestion } from '../simulator.ts';

const MORE_NODES = [2, 4];
const ACCOUNTS = 32;
/** Bounded by time: on a busy machine a number of logins would take as long as it likes. */
const WARM_MS = 3000;
const RUN_MS = 10_000;
const CARRIER = { mu: Math.log(0.001), sigma: 0, floorMs: 0, retryShare: 0, lossShare: 0, duplicateShare: 0 };

interface Measured {
  readonly nodes: number;
  readonly perSecond: number;
  readonly cpuMsPerLogin: number;
  readonly postgresCpuMsPerLogin: number;
  /** What is kept of one. */
  readonly bytesPerLogin: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function measure(server: TestPostgres, count: number): Promise<Measured> {
  const hooks = await Promise.all(Array.from({ length: count }, async () => `127.0.0.1:${await freePort()}`));
  const indexes = Array.from({ length: ACCOUNTS }, (_, index) => index);
  const phones = indexes.map((index) => ({
    name: `phone-${index}`,
    number: numberOf(index),
    carrier: 'carrier-a',
  }));
  const simulator = startChild('./simulator.ts');
  const world: SimulatorQuestion = {
    kind: 'start',
    world: {
      phones,
      accounts: phones.map(({ name }) => ({ username: `of-${name}`, phone: name })),
      carriers: { 'carrier-a': CARRIER },
    },
    // The account of that number belongs to the node of the same number; its messages come to the next one.
    hook: indexes.map((index) => `http://${hooks[(index + 1) % count]}/hooks/rack`),
    secret: RACK_SECRET,
  };
  const { loginUrl, accounts } = await simulator.ask<{ loginUrl: string; accounts: BenchConfig['accounts'] }>(
    world,
  );
  const store = await server.database();
  const nodes = hooks.map(() => startChild('./node.ts'));
  const bench = { target: loginUrl, store, factor: 'sms', accounts, probes: 'one' } as const;
  await Promise.all(
    nodes.map((node, index) =>
      ask(node, { kind: 'start', bench: { ...bench, hooks: hooks[index] ?? '', node: `node-${index}` } }),
    ),
  );
  const run = (forMs: number) =>
    Promise.all(
      nodes.map((node, own) => {
        const mine = indexes.filter((index) => index % count === own);
        return node.ask<LoginsDone>({ kind: 'login', accounts: mine, forMs });
      }),
    );
  await run(WARM_MS);
  const postgresMs = await postgresCpu(server);
  const bytes = () => databaseBytes(server, store);
  const [postgresBefore, bytesBefore] = [postgresMs(), await bytes()];
  const began = performance.now();
  const done = await run(RUN_MS);
  const tookMs = performance.now() - began;
  const postgresTookMs = postgresMs() - postgresBefore;
  const grownBytes = (await bytes()) - bytesBefore;
  await Promise.all(nodes.map((node) => ask(node, { kind: 'stop' })));
  await Promise.all([...nodes, simulator].map((child) => child.end()));
  refuseOthers(done);
  const loginMs = done.flatMap((one) => one.loginMs);
  const logins = loginMs.length;
  return {
    nodes: count,
    perSecond: perSecond(logins, tookMs),
    cpuMsPerLogin: done.reduce((sum, one) => sum + one.cpuMs, 0) / logins,
    postgresCpuMsPerLogin: postgresTookMs / logins,
    bytesPerLogin: grownBytes / logins,
    p50Ms: quantile(loginMs, 0.5),
    p99Ms: quantile(loginMs, 0.99),
  };
}

async function databaseBytes(server: TestPostgres, url: string): Promise<number> {
  const [row] = await server.query(url, 'select pg_database_size(current_database())::float8 as bytes');
  return Number(row?.['bytes']);
}

const ask = (node: Child, question: NodeQuestion): Promise<unknown> => node.ask(question);

/** A figure of logins that failed would be of something else. */
function refuseOthers(done: readonly LoginsDone[]): void {
  const ends = done.flatMap(({ outcomes }) => Object.entries(outcomes));
  const failed = ends.filter(([name]) => name !== 'ok');
  const share = sum(failed) / sum(ends);
  if (failed.length > 0) process.stderr.write(`not ok: ${JSON.stringify(failed)}\n`);
  if (share > 0.02) throw new Error(`${round(100 * share)} % of logins failed: the machine is too busy`);
}

const sum = (ends: readonly (readonly [string, number])[]): number =>
  ends.reduce((total, [, count]) => total + count, 0);

function tell(one: Measured, alone: Measured): void {
  emit({
    what: `whole SMS logins a second, ${one.nodes} ${one.nodes === 1 ? 'node' : 'nodes'} on one PostgreSQL`,
    figure: show(one.perSecond, '/s'),
    beside: `processor time of a login: nodes ${show(one.cpuMsPerLogin, 'ms')}, PostgreSQL ${show(one.postgresCpuMsPerLogin, 'ms')}; all on ${cpus().length} processors`,
    ratio: one.nodes === 1 ? null : round(one.perSecond / alone.perSecond),
    reach: 'for the record',
    holds: null,
    data: Object.fromEntries(Object.entries(one).map(([name, value]) => [name, round(value)])),
  });
}

const server = await startPostgres({ flags: ['-c', 'fsync=on', '-c', 'synchronous_commit=on'] });
const alone = await measure(server, 1);
tell(alone, alone);
for (const count of MORE_NODES) tell(await measure(server, count), alone);
await server.stop();
process.exit(0);
