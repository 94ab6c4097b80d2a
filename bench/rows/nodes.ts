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

const NODES = [1, 2, 4];
const ACCOUNTS = 32;
const LOGINS = 240;
const CARRIER = { mu: Math.log(0.001), sigma: 0, floorMs: 0, retryShare: 0, lossShare: 0, duplicateShare: 0 };

interface Measured {
  readonly nodes: number;
  readonly perSecond: number;
  readonly cpuMsPerLogin: number;
  readonly postgresCpuMsPerLogin: number;
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
  const run = (logins: number) =>
    Promise.all(
      nodes.map((node, own) => {
        const mine = indexes.filter((index) => index % count === own);
        return node.ask<LoginsDone>({ kind: 'login', accounts: mine, logins: logins / count });
      }),
    );
  await run(ACCOUNTS);
  const postgresMs = await postgresCpu(server);
  const postgresBefore = postgresMs();
  const began = performance.now();
  const done = await run(LOGINS);
  const tookMs = performance.now() - began;
  const postgresTookMs = postgresMs() - postgresBefore;
  await Promise.all(nodes.map((node) => ask(node, { kind: 'stop' })));
  await Promise.all([...nodes, simulator].map((child) => child.end()));
  refuseOthers(done);
  const loginMs = done.flatMap((one) => one.loginMs);
  return {
    nodes: count,
    perSecond: perSecond(LOGINS, tookMs),
    cpuMsPerLogin: done.reduce((sum, one) => sum + one.cpuMs, 0) / LOGINS,
    postgresCpuMsPerLogin: postgresTookMs / LOGINS,
    p50Ms: quantile(loginMs, 0.5),
    p99Ms: quantile(loginMs, 0.99),
  };
}

const ask = (node: Child, question: NodeQuestion): Promise<unknown> => node.ask(question);

/** A figure of logins that failed would be of something else. */
function refuseOthers(done: readonly LoginsDone[]): void {
  const others = done.flatMap(({ outcomes }) => Object.entries(outcomes).filter(([name]) => name !== 'ok'));
  if (others.length > 0) throw new Error(`not ok: ${JSON.stringify(others)}`);
}

const server = await startPostgres({ flags: ['-c', 'fsync=on', '-c', 'synchronous_commit=on'] });
const measured: Measured[] = [];
for (const count of NODES) measured.push(await measure(server, count));
await server.stop();
const [alone] = measured;
for (const one of measured) {
  const share = one.perSecond / (alone?.perSecond ?? NaN);
  emit({
    what: `whole SMS logins a second, ${one.nodes} ${one.nodes === 1 ? 'node' : 'nodes'} on one PostgreSQL`,
    figure: show(one.perSecond, '/s'),
    beside: `processor time of a login: nodes ${show(one.cpuMsPerLogin, 'ms')}, PostgreSQL ${show(one.postgresCpuMsPerLogin, 'ms')}; all on ${cpus().length} processors`,
    ratio: one.nodes === 1 ? null : round(share),
    reach: 'for the record',
    holds: null,
    data: Object.fromEntries(Object.entries(one).map(([name, value]) => [name, round(value)])),
  });
}
process.exit(0);
