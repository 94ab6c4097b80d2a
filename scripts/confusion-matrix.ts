// Which cause the verdict that ships names for each fault, by simulation, as Markdown:
//   node scripts/confusion-matrix.ts [--trials 2000] [--days 365] [--seed 1]
import { parseArgs } from 'node:util';
import { CAUSES } from '../src/domain/verdict/cause.ts';
import { watchVerdicts } from '../src/sim/detection/verdict-years.ts';
import { confusionMatrix, type ConfusionRow } from '../src/sim/detection/confusion.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '2000' },
    days: { type: 'string', default: '365' },
    seed: { type: 'string', default: '1' },
  },
});
const trials = Number(values.trials);

const WORLDS = [
  { title: 'Total fault', severity: 0.97, noise: 1 },
  { title: 'Half of the attempts fail', severity: 0.5, noise: 1 },
  { title: 'Total fault, 2.5 times the noise', severity: 0.97, noise: 2.5 },
];

for (const { title, severity, noise } of WORLDS) {
  const rows = confusionMatrix({ seed: values.seed, trials, severity, noise });
  print(`### ${title}\n`);
  print(`| fault | ${CAUSES.map((cause) => cause.replaceAll('_', ' ')).join(' | ')} |`);
  print(`|---|${CAUSES.map(() => '---:').join('|')}|`);
  for (const row of rows)
    print(`| ${row.fault.name} | ${CAUSES.map((cause) => cell(row, cause)).join(' | ')} |`);
  print(`\n${summary(rows)}\n`);
}

const days = Number(values.days);
print('### Healthy, judged after every attempt\n');
for (const noise of [1, 2.5]) {
  const { verdicts, healthy, blames } = watchVerdicts({ seed: values.seed, days, noise });
  const percent = ((100 * healthy) / verdicts).toFixed(2);
  print(
    `- noise x ${noise}: ${percent} % healthy, the rest inconclusive; blamed something ${blames} times in ${days} days`,
  );
}

/** In per cent of the trials; the right cause in bold, nothing for none. */
function cell({ named, trials, fault }: ConfusionRow, cause: (typeof CAUSES)[number]): string {
  if (named[cause] === 0) return '';
  const percent = ((100 * named[cause]) / trials).toFixed(1);
  return cause === fault.cause ? `**${percent}**` : percent;
}

function summary(rows: readonly ConfusionRow[]): string {
  const faults = rows.filter(({ fault }) => fault.cause !== 'healthy');
  const all = faults.reduce((sum, row) => sum + row.trials, 0);
  const share = (count: (row: ConfusionRow) => number): string =>
    `${((100 * faults.reduce((sum, row) => sum + count(row), 0)) / all).toFixed(1)} %`;
  return (
    `Of the faults: ${share(({ correct }) => correct)} named rightly, ${share(abstained)} not named, ` +
    `${share((row) => row.trials - row.correct - abstained(row))} named wrongly (${trials} trials each).`
  );
}

function abstained({ named }: ConfusionRow): number {
  return named.inconclusive + named.healthy;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
