import { spawn, type ChildProcess } from 'node:child_process';

export interface TscEnd {
  /** null when it was ended by a signal. */
  readonly status: number | null;
  readonly output: string;
}

/** Enough for thousands of errors. */
const MAX_OUTPUT = 1_000_000;

/** Runs `tsc` by this Node. Rejects with the signal's reason when it aborts, and when it cannot be started. */
export async function runTsc(
  tsc: string,
  args: readonly string[],
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<TscEnd> {
  signal.throwIfAborted();
  // A group of its own: tsc may hand over to another process, which has to end with it.
  const child = spawn(process.execPath, [tsc, ...args], {
    cwd,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    if (output.length < MAX_OUTPUT) output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const onAbort = (): void => end(child);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    return { status, output };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function end(child: ChildProcess): void {
  if (child.pid === undefined || process.platform === 'win32') {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
