// False alarms and detection delays of the detector that ships, by simulation:
//   node scripts/false-alarms.ts [--years 10] [--outages 2000] [--seed 1] [--missed 0.01,0.03]
import { parseArgs } from 'node:util';
import { OUTAGES } from '../src/sim/detection/code-fates.ts';
import { measureDelays, trialPlan, watchHealthy } from '../src/sim/detection/detector-trial.ts';
import { meanOf, quantileOf, rateOf, type Estimate } from '../src/sim/detection/estimates.ts';

/** What two other simulators measured (docs/detection.md): false alarms a year, sends a day, minutes mean and 95 %. */
const PUBLISHED: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  '0.01': {
    'false alarms': [1.2],
    sends: [314],
    'loss 100': [5.6, 7.9],
    'loss 50': [13.4, 28],
    'loss 20': [47, 109],
    slow60: [6, 8.5],
    slow20: [8.6, 17],
  },
  '0.03': {
    'false alarms': [1.6],
    sends: [333],
    'loss 100': [5.6, 7.9],
    'loss 50': [16.5, 33],
    'loss 20': [77, 209],
    slow60: [6.7, 9.5],
    slow20: [8.5, 17],
  },
};

const { values } = parseArgs({
  options: {
    years: { type: 'string', default: '10' },
    outages: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    missed: { type: 'string', default: '0.01,0.03' },
  },
});
const years = Number(values.years);
const outages = Number(values.outages);

for (const missed of values.missed.split(',')) report(missed);

function report(missed: string): void {
  const plan = trialPlan(values.seed, Number(missed));
  const published = PUBLISHED[missed] ?? {};
  print(`\n${Number(missed) * 100} % of the codes missed when healthy, seed ${values.seed}\n`);
  const healthy = watchHealthy(plan, years, progressOf('healthy days', Math.floor(years * 365.25)));
  const alarms = rateOf(healthy.falseAlarms, healthy.days / 365.25);
  const daysEach = Math.round(healthy.days / Math.max(1, healthy.falseAlarms));
  print(
    `  false alarms a year  ${shown(alarms)}  published ${published['false alarms']?.[0] ?? '-'}` +
      `  (${healthy.falseAlarms} in ${Math.round(healthy.days)} days, one in ${daysEach} days)`,
  );
  print(
    `  SMS a day            ${(healthy.sends / healthy.days).toFixed(1)}  published ${published['sends']?.[0] ?? '-'}`,
  );
  print('\n  minutes to the alarm   n     mean [95 % CI]       published   95 % [95 % CI]         published');
  const delays = measureDelays(plan, OUTAGES, outages, progressOf('outages', outages));
  for (const [name, minutes] of delays) {
    const [mean, p95] = published[name] ?? [];
    print(
      `  ${name.padEnd(22)} ${String(minutes.length).padEnd(5)} ${shown(meanOf(minutes)).padEnd(20)} ` +
        `${String(mean ?? '-').padEnd(11)} ${shown(quantileOf(minutes, 0.95)).padEnd(22)} ${p95 ?? '-'}`,
    );
  }
}

function shown({ value, low, high }: Estimate): string {
  const digits = value < 20 ? 2 : 1;
  return `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

/** Tells on stderr, at most a hundred times, so that the result can be piped. */
function progressOf(what: string, total: number): (done: number) => void {
  const every = Math.max(1, Math.floor(total / 100));
  return (done) => {
    if (!process.stderr.isTTY || done % every !== 0) return;
    process.stderr.write(done >= total - every ? '\r\u001b[K' : `\r  ${what}: ${done} of ${total}`);
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
