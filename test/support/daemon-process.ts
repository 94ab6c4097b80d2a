import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { readExposition, type Family } from './exposition.ts';

const BIN = fileURLToPath(new URL('../../bin/twofa-prober.js', import.meta.url));
const LOOP_WATCH = fileURLToPath(new URL('loop-watch.ts', import.meta.url));

/** A command of the product in a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves with the first match in what was written; rejects when the process ends without. */
  writes(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit status; a signal's name where one ended it. */
  ended(): Promise<number | NodeJS.Signals | null>;
}

export interface RunningDaemon extends Running {
  readonly web: string;
  readonly hooks: string;
  api<Answer>(path: string, method?: 'GET' | 'POST'): Promise<Answer>;
  metrics(): Promise<Map<string, Family>>;
  /** The longest time, of the processor's, for which one turn of the event loop kept all others waiting. */
  longestTurnMs(): Promise<number>;
}

export function runCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  return watch(spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...env } }));
}

/** `start`, and waits until it has started. */
export async function startDaemon(configFile: string): Promise<RunningDaemon> {
  const args = ['--import', LOOP_WATCH, BIN, 'start', `--config.file=${configFile}`];
  const flags = ['--log.format=json', '--log.level=debug'];
  const child = spawn(process.execPath, [...args, ...flags], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const running = watch(child);
  const [line] = await running.writes(/^.*"event":"started".*$/m);
  const { web, hooks } = JSON.parse(line) as Record<'web' | 'hooks', { host: string; port: number }>;
  const at = ({ host, port }: { host: string; port: number }) => `http://${host}:${port}`;
  const daemon = { web: at(web), hooks: at(hooks) };
  return Object.assign(running, daemon, {
    async api<Answer>(path: string, method = 'GET'): Promise<Answer> {
      const answer = await fetch(`${daemon.web}/api/v1/${path}`, { method });
      return (await answer.json()) as Answer;
    },
    async metrics() {
      const answer = await fetch(`${daemon.web}/metrics`, { headers: { accept: 'text/plain' } });
      return readExposition(await answer.text(), false);
    },
    async longestTurnMs() {
      child.send('longest turn');
      const [answer] = (await once(child, 'message')) as [number];
      return answer;
    },
  });
}

function watch(child: ChildProcess): Running {
  const written = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const note = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    written[stream] += chunk.toString();
    for (const look of watchers) look();
  };
  child.stdout?.on('data', note('stdout'));
  child.stderr?.on('data', note('stderr'));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    ended: () => ended,
    writes: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(written.stdout) ?? pattern.exec(written.stderr);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        const missing = () => reject(new Error(`it ended without ${String(pattern)}: ${written.stderr}`));
        void ended.then(missing);
      }),
  };
}
