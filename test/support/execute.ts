import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end, as a user at a shell would. */
export async function execute(program: string, args: readonly string[], place: Place): Promise<Ended> {
  const child = spawn(program, args, { cwd: place.cwd, env: { ...userEnvironment(), ...place.env } });
  child.stdin.end();
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = (await once(child, 'close')) as [number | null];
  const [stdout, stderr] = await output;
  return { status, stdout, stderr };
}

/** The same, for what must go well: its standard output; throws what it said otherwise. */
export async function succeed(program: string, args: readonly string[], place: Place): Promise<string> {
  const { status, stdout, stderr } = await execute(program, args, place);
  if (status === 0) return stdout;
  throw new Error(
    `${program} ${args.join(' ')}: found exit status ${status}, expected 0\n${stdout}${stderr}`,
  );
}

/** The environment without what npm and vitest set for their children, and with this Node.js first. */
export function userEnvironment(): NodeJS.ProcessEnv {
  const theirs =
    /^(npm_(?!config_(cache|registry|userconfig)$)|VITEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$|TEST$|DEV$|PROD$|MODE$)/;
  const own = Object.entries(process.env).filter(([name]) => !theirs.test(name));
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  return { ...Object.fromEntries(own), PATH: path };
}
