import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestPostgres } from '../test/support/postgres.ts';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** Asks for the processor time that the server has taken so far, all its processes, in milliseconds. */
export async function postgresCpu(server: TestPostgres): Promise<() => number> {
  const [row] = await server.query(await server.database(), 'show data_directory');
  const [first = ''] = readFileSync(join(String(row?.['data_directory']), 'postmaster.pid'), 'utf8').split(
    '\n',
  );
  return () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(name) ?? [])
      .filter(({ pid, parent }) => pid === first || parent === first)
      .reduce((sum, { ticks }) => sum + ticks * TICK_MS, 0);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the time of children that have ended is their parent's. */
function statOf(pid: string): { pid: string; parent: string; ticks: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: fields[1] ?? '', ticks };
  } catch {
    return null;
  }
}
