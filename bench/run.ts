// npm run bench [-- ROW…]: each row in a process of its own, one after another; one table, and bench/results.json.
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeMachine, type Machine } from './machine.ts';
import { readRow, type Row } from './row.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** A row that hangs is a fault, not a benchmark. */
const LONGEST_MS = 180_000;

const known = readdirSync(here('rows'))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`there is no row ${unknown.join(', ')}; there are: ${known.join(', ')}\n`);
  process.exit(2);
}

async function runRow(name: string): Promise<Row[]> {
  const child = spawn(process.execPath, ['--expose-gc', here(`rows/${name}.ts`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  const rows: Row[] = [];
  for await (const line of createInterface(child.stdout)) {
    const row = readRow(line);
    if (row) rows.push(row);
  }
  if (rows.length === 0) process.stderr.write(`${name}: no figure\n`);
  return rows;
}

function render(rows: readonly Row[], machine: Machine): string {
  const head = ['what', 'ours', 'beside it, same run', 'ratio', 'reach', ''];
  const mark = (holds: boolean | null): string => (holds === null ? '' : holds ? 'holds' : 'SHORT');
  const cells = rows.map((row) => [
    row.what,
    row.figure,
    row.beside,
    row.ratio === null ? '' : String(row.ratio),
    row.reach,
    mark(row.holds),
  ]);
  const { processor, cores, memoryGigabytes, node, commit, at, loadBefore } = machine;
  const lines = [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`);
  const about = `${processor}, ${cores} cores, ${memoryGigabytes} GB, Node ${node}, commit ${commit}, ${at}, load before ${loadBefore.toFixed(1)}`;
  return `${lines.join('\n')}\n\n${about}\n`;
}

const machine = describeMachine();
const began = performance.now();
const rows: Row[] = [];
for (const name of wanted.length > 0 ? wanted : known) {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${name}\n`);
  rows.push(...(await runRow(name)));
}
const seconds = Math.round((performance.now() - began) / 1000);
writeFileSync(here('results.json'), `${JSON.stringify({ machine, seconds, rows }, null, 2)}\n`);
process.stdout.write(`\n${render(rows, machine)}\nbench/results.json has all figures; ${seconds} s.\n`);
process.exitCode = rows.some(({ holds }) => holds === false) ? 1 : 0;
