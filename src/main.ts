import { runProgram } from './cli/program.ts';
import { processTerminal } from './cli/terminal.ts';
import { SECOND } from './domain/units.ts';

/** npm hands on the Ctrl-C that the terminal has sent to its script as well: what comes this soon is the same one. */
const SAME_SIGNAL_MS = SECOND;

/** The process: signals in, exit status out. A second signal ends it at once. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  let firstMs = Infinity;
  const onSignal = () => {
    if (performance.now() - firstMs > SAME_SIGNAL_MS) process.exit(130);
    if (interrupted.signal.aborted) return;
    firstMs = performance.now();
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
