// How far the measured delivery time is from the simulator's truth, with so many attempts in flight.
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/free-port.ts';
import { startChild } from '../children.ts';
import { numberOf, RACK_SECRET, type BenchConfig } from '../configuration.ts';
import { quantile, round, show } from '../figures.ts';
import { startProber, temporaryFolder } from '../prober.ts';
import { emit } from '../row.ts';
import type { SimulatorQuestion, TrueDelivery } from '../simulator.ts';

interface Case {
  readonly inFlight: number;
  readonly codes: number;
  /** All start evenly within this; the codes come after it, spread as carriers spread them. */
  readonly startWithinMs: number;
  readonly medianSeconds: number;
  readonly reachMs: number;
}

const CASES: readonly Case[] = [
  { inFlight: 1, codes: 100, startWithinMs: 0, medianSeconds: 0.05, reachMs: 1 },
  { inFlight: 100, codes: 400, startWithinMs: 2000, medianSeconds: 3, reachMs: 3 },
  { inFlight: 1000, codes: 1000, startWithinMs: 15_000, medianSeconds: 22, reachMs: 10 },
];

const [only] = process.argv.slice(2);
for (const one of CASES) if (only === undefined || only === String(one.inFlight)) await measure(one);

async function measure({ inFlight, codes, startWithinMs, medianSeconds, reachMs }: Case): Promise<void> {
  const hooks = `127.0.0.1:${await freePort()}`;
  const simulator = startChild('./simulator.ts');
  const phones = Array.from({ length: inFlight }, (_, index) => ({
    name: `phone-${index}`,
    number: numberOf(index),
    carrier: 'carrier-a',
  }));
  const carrier = {
    mu: Math.log(medianSeconds),
    sigma: 0.1,
    floorMs: 0,
    retryShare: 0,
    lossShare: 0,
    duplicateShare: 0,
  };
  const start: SimulatorQuestion = {
    kind: 'start',
    world: {
      phones,
      accounts: phones.map(({ name }) => ({ username: `of-${name}`, phone: name })),
      carriers: { 'carrier-a': carrier },
    },
    hook: `http://${hooks}/hooks/rack`,
    secret: RACK_SECRET,
  };
  const { loginUrl, accounts } = await simulator.ask<{ loginUrl: string; accounts: BenchConfig['accounts'] }>(
    start,
  );
  const store = `${temporaryFolder()}/twofa.db`;
  const prober = await startProber({
    target: loginUrl,
    store,
    factor: 'sms',
    accounts,
    probes: 'one',
    hooks,
  });
  // The first login loads the flow's libraries.
  await prober.login(0);
  let most = 0;
  const measured = new Map<string, number>();
  const run = async (index: number) => {
    await sleep((startWithinMs * index) / inFlight);
    for (let left = codes / inFlight; left > 0; left -= 1) {
      const attempt = await prober.login(index);
      if (attempt.code?.deliveryMs) measured.set(attempt.id, attempt.code.deliveryMs);
    }
  };
  const watching = setInterval(() => (most = Math.max(most, prober.app.engine.desk.inFlight)), 100);
  await Promise.all(phones.map((_, index) => run(index)));
  clearInterval(watching);
  const truth = await simulator.ask<TrueDelivery[]>({ kind: 'truth' } satisfies SimulatorQuestion);
  const errors = truth.flatMap(({ attempt, ms }) => {
    const found = measured.get(attempt);
    return found === undefined ? [] : [Math.abs(found - ms)];
  });
  await prober.stop();
  await simulator.end();
  const p99 = quantile(errors, 0.99);
  emit({
    what: `error of the delivery time, ${inFlight.toLocaleString('en-US')} in flight`,
    figure: `p99 ${show(p99, 'ms')}`,
    beside: 'the true time: 0',
    ratio: null,
    reach: `p99 <= ${reachMs} ms`,
    holds: errors.length >= codes * 0.99 && p99 <= reachMs,
    data: {
      codes: errors.length,
      mostInFlight: most,
      p50Ms: round(quantile(errors, 0.5)),
      p99Ms: round(p99),
      maxMs: round(Math.max(...errors)),
    },
  });
}
