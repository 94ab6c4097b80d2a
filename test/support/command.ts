import { runProgram } from '../../src/cli/program.ts';

/** A command of the product in this process: cheaper than one of its own, and the same but for signals. */
export interface Command {
  readonly status: Promise<number>;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when standard error matches. */
  says(pattern: RegExp): Promise<void>;
  /** What Ctrl-C does. */
  interrupt(): void;
}

export function command(...args: readonly string[]): Command {
  const written = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  const interrupted = new AbortController();
  const terminal = {
    out: (text: string) => void (written.stdout += text),
    err(text: string) {
      written.stderr += text;
      for (const look of watchers) look();
    },
    live: false,
    columns: 80,
  };
  return {
    status: runProgram(args, terminal, interrupted.signal),
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    says: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (pattern.test(written.stderr)) resolve();
        };
        watchers.add(look);
        look();
      }),
    interrupt: () => interrupted.abort(new Error('interrupted')),
  };
}
