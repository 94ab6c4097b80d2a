// How late 1,000 probes of the same second start, and how late node-cron alone calls 1,000 empty tasks.
import { createTask } from 'node-cron';
import { startChild } from '../children.ts';
import { namedAccounts } from '../configuration.ts';
import { quantile, round, show } from '../figures.ts';
import { startProber, temporaryFolder } from '../prober.ts';
import { emit } from '../row.ts';

const PROBES = 1000;
const FIRINGS = 3;
/** A firing's logins are over before the next one. */
const SCHEDULE = '*/10 * * * * *';

const silent = { info: ignore, warn: ignore, error: ignore, debug: ignore };
function ignore(): void {}

/** Collects so many values, then resolves. */
function collector(wanted: number) {
  const values: number[] = [];
  let full = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    full = resolve;
  });
  return {
    values,
    done,
    add(value: number) {
      values.push(value);
      if (values.length === wanted) full();
    },
  };
}

async function bareCron(): Promise<number[]> {
  const lags = collector(PROBES * FIRINGS);
  const tasks = Array.from({ length: PROBES }, () =>
    createTask(SCHEDULE, ({ date }) => lags.add(Date.now() - date.getTime()), {
      timezone: 'UTC',
      logger: silent,
    }),
  );
  for (const task of tasks) await task.start();
  await lags.done;
  for (const task of tasks) await task.destroy();
  return lags.values;
}

async function ours(): Promise<{ lags: number[]; skipped: number }> {
  const target = startChild('./target.ts');
  const url = await target.ask<string>({});
  const lags = collector(PROBES * FIRINGS);
  let skipped = 0;
  const prober = await startProber(
    {
      target: url,
      store: `${temporaryFolder()}/twofa.db`,
      factor: 'totp',
      accounts: namedAccounts(PROBES),
      probes: 'each',
      schedule: SCHEDULE,
    },
    {
      onEvent: (event) => {
        if (event.kind === 'tick_taken') lags.add(event.lagMs);
        if (event.kind !== 'tick_skipped') return;
        skipped += 1;
        lags.add(Infinity);
      },
    },
  );
  await lags.done;
  await prober.stop();
  await target.end();
  return { lags: lags.values, skipped };
}

const cron = await bareCron();
const { lags, skipped } = await ours();
const [p99, cronP99] = [quantile(lags, 0.99), quantile(cron, 0.99)];
emit({
  what: `schedule lag, ${PROBES.toLocaleString('en-US')} probes on one second`,
  figure: `p99 ${show(p99, 'ms')}`,
  beside: `node-cron alone: p99 ${show(cronP99, 'ms')}`,
  ratio: round(p99 / cronP99),
  reach: 'p99 <= 3 x and <= 250 ms',
  holds: p99 <= 250 && p99 <= 3 * cronP99 && skipped === 0,
  data: {
    p50Ms: round(quantile(lags, 0.5)),
    p99Ms: round(p99),
    cronP50Ms: round(quantile(cron, 0.5)),
    cronP99Ms: round(cronP99),
    skipped,
  },
});
process.exit(0);
