import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A part of the world in a process of its own, which answers what it is asked, in order. */
export interface Child {
  ask<Answer>(question: unknown): Promise<Answer>;
  /** Ends it; nothing of it is needed any more. */
  end(): Promise<void>;
}

/** `file` stands beside this one. */
export function startChild(file: string, options: { readonly cpu?: number } = {}): Child {
  const child = fork(new URL(file, import.meta.url), { serialization: 'advanced' });
  if (options.cpu !== undefined && child.pid !== undefined) pin(child.pid, options.cpu);
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(question) {
      const asked = last.then(() => exchange(child, question));
      last = asked.catch(() => undefined);
      return asked as Promise<never>;
    },
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function exchange(child: ChildProcess, question: unknown): Promise<unknown> {
  const ended = new AbortController();
  const gone = once(child, 'exit', { signal: ended.signal }).then(() => {
    throw new Error('a child of the benchmark ended early');
  });
  gone.catch(() => undefined);
  try {
    const answered = once(child, 'message', { signal: ended.signal });
    child.send(question as object);
    const [answer] = (await Promise.race([answered, gone])) as [unknown];
    return answer;
  } finally {
    ended.abort();
  }
}

/** Answers questions in the child; the answers go back in order. */
export function serveParent(answer: (question: never) => Promise<unknown>): void {
  process.on('message', (question) => {
    void answer(question as never).then((value) => process.send?.(value ?? null));
  });
  process.on('disconnect', () => process.exit(0));
}

/** All threads of a process on one processor. */
export function pin(pid: number, cpu: number): void {
  execFileSync('taskset', ['-a', '-c', '-p', String(cpu), String(pid)], { stdio: 'ignore' });
}
