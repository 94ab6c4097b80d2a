import { runProgram } from './cli/program.ts';
import { processTerminal } from './cli/terminal.ts';

/** The process: signals in, exit status out. A second signal ends it at once. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  const onSignal = () => {
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await runProgram(argv, processTerminal, interrupted.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
