// What one more probe costs, with ten of them and with ten thousand: processor time of a login, memory, a scrape.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startChild } from '../children.ts';
import { namedAccounts } from '../configuration.ts';
import { cpuMs, median, memoryUsed, round, show } from '../figures.ts';
import { startProber, temporaryFolder } from '../prober.ts';
import { emit } from '../row.ts';

const SIZES = [10, 100, 1000, 10_000];
const LOGINS = 300;
const AT_ONCE = 10;

interface Cost {
  readonly probes: number;
  readonly loginMs: number;
  readonly kilobytesPerProbe: number;
  readonly scrapeUsPerSeries: number;
  readonly series: number;
  readonly startMs: number;
}

/** In a process of its own, so that nothing is left of the size before. */
async function measure(probes: number): Promise<Cost> {
  const target = startChild('./target.ts');
  const url = await target.ask<string>({});
  const bench = { target: url, factor: 'totp', probes: 'each' } as const;
  // All is loaded that probes share.
  const small = await startProber({
    ...bench,
    store: `${temporaryFolder()}/a.db`,
    accounts: namedAccounts(1),
  });
  for (let count = 0; count < 20; count += 1) await small.login(0);
  await small.stop();
  const before = await memoryUsed();
  const began = performance.now();
  const prober = await startProber({
    ...bench,
    store: `${temporaryFolder()}/b.db`,
    accounts: namedAccounts(probes),
  });
  const startMs = performance.now() - began;
  const after = await memoryUsed();
  const loginMs = await cpuOfLogin(probes, (index) => prober.login(index));
  const scrape = () => fetch(`${prober.web}/metrics`).then((answer) => answer.text());
  const text = await scrape();
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  const times: number[] = [];
  for (let count = 0; count < 7; count += 1) {
    const asked = cpuMs();
    await scrape();
    times.push(cpuMs() - asked);
  }
  await target.end();
  return {
    probes,
    loginMs,
    kilobytesPerProbe: (after.heap - before.heap) / 1000 / probes,
    scrapeUsPerSeries: (median(times) * 1000) / series,
    series,
    startMs,
  };
}

async function cpuOfLogin(probes: number, login: (index: number) => Promise<unknown>): Promise<number> {
  let left = LOGINS;
  const began = cpuMs();
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, probes) }, async (_, lane) => {
      for (let index = lane; left > 0; index += AT_ONCE) {
        left -= 1;
        await login(index % probes);
      }
    }),
  );
  return (cpuMs() - began) / LOGINS;
}

function spread(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values);
}

const [size] = process.argv.slice(2);
if (size !== undefined) {
  process.stdout.write(`@cost ${JSON.stringify(await measure(Number(size)))}\n`);
  process.exit(0);
}

const costs = SIZES.map((probes) => {
  const here = fileURLToPath(import.meta.url);
  const ran = spawnSync(process.execPath, ['--expose-gc', here, String(probes)], { encoding: 'utf8' });
  const [, json] = /^@cost (.*)$/m.exec(ran.stdout) ?? [];
  if (json === undefined) throw new Error(ran.stderr);
  return parseCost(json);
});
function parseCost(json: string): Cost {
  return JSON.parse(json) as Cost;
}

/** Of so few probes the noise is more than their cost. */
const many = costs.filter(({ probes }) => probes >= 100);
const ROWS = [
  { what: 'processor time of a login', unit: 'ms', of: (cost: Cost) => cost.loginMs, from: costs },
  { what: 'memory of a probe', unit: 'kB', of: (cost: Cost) => cost.kilobytesPerProbe, from: many },
  { what: 'scrape, of a series', unit: 'us', of: (cost: Cost) => cost.scrapeUsPerSeries, from: many },
];
for (const { what, unit, of, from } of ROWS) {
  const values = from.map(of);
  emit({
    what: `${what}, ${from.map(({ probes }) => probes.toLocaleString('en-US')).join(' / ')} probes`,
    figure: values.map((value) => round(value)).join(' / ') + ` ${unit}`,
    beside: 'a flat line',
    ratio: round(spread(values)),
    reach: 'within 1.5 x',
    holds: spread(values) <= 1.5,
    data: Object.fromEntries(costs.map((cost) => [`at${cost.probes}`, show(of(cost), unit)])),
  });
}
