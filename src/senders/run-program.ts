import { execFile } from 'node:child_process';

export type ProgramEnd =
  | { readonly status: number; readonly output: string }
  | { readonly status: null; readonly found: 'not started' | 'not ended in time'; readonly code: string };

/** Nothing of ours is for the program to see: not the secrets that our environment may hold. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
const MAX_OUTPUT = 256 * 1024;

/** Runs a local program by its argument vector, without a shell, to its end. What it prints may hold numbers. Never rejects. */
export function runProgram(
  program: string,
  args: readonly string[],
  run: { readonly input: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProgramEnd> {
  // Node.js starts the program even then, and may end it only after it has done its work.
  if (run.signal.aborted) {
    return Promise.resolve({ status: null, found: 'not ended in time', code: 'ABORT_ERR' });
  }
  return new Promise((resolve) => {
    const options = {
      env: ENVIRONMENT,
      maxBuffer: MAX_OUTPUT,
      timeout: run.timeoutMs,
      killSignal: 'SIGKILL',
      signal: run.signal,
    } as const;
    const child = execFile(program, args, options, (error, output) => {
      if (!error) return resolve({ status: 0, output });
      const { code } = error;
      if (typeof code === 'number') return resolve({ status: code, output });
      const inTime = !run.signal.aborted && error.killed !== true && child.pid === undefined;
      return resolve({
        status: null,
        found: inTime ? 'not started' : 'not ended in time',
        code: code ?? 'ENDED',
      });
    });
    // A program that ends without reading its input is judged by its end.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(run.input);
  });
}
