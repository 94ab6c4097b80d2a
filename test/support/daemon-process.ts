import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Attempt } from '../../src/domain/attempt.ts';
import { readExposition, type Family } from './exposition.ts';
import { currentTest, type Finish } from './finish.ts';

const BIN = fileURLToPath(new URL('../../bin/twofa-prober.js', import.meta.url));
const LOOP_WATCH = fileURLToPath(new URL('loop-watch.ts', import.meta.url));

/** Types need stripping once, not at each of the many starts. */
const CACHED = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'twofa-prober-compile-cache') };

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
  get(path: string, accept?: string): Promise<Response>;
  /** Starts an attempt of the probe; its id. Throws why there is none. */
  run(probe: string): Promise<string>;
  /** The attempt of that id, once it has ended. */
  attempt(id: string): Promise<Attempt>;
  attempts(): Promise<Attempt[]>;
  metrics(): Promise<Map<string, Family>>;
  /** The longest time, of the processor's, for which one turn of the event loop kept all others waiting. */
  longestTurnMs(): Promise<number>;
}

export function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  onTestFinished: Finish = currentTest,
): Running {
  return watch(spawn(process.execPath, [BIN, ...args], { env: { ...CACHED, ...env } }), onTestFinished);
}

export interface DaemonOptions {
  readonly onTestFinished?: Finish;
  /** Sent with each request. */
  readonly token?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** `start`, and waits until it has started. */
export async function startDaemon(
  configFile: string,
  { onTestFinished = currentTest, token = '', env = {} }: DaemonOptions = {},
): Promise<RunningDaemon> {
  const args = ['--import', LOOP_WATCH, BIN, 'start', `--config.file=${configFile}`];
  const flags = ['--log.format=json', '--log.level=debug'];
  const child = spawn(process.execPath, [...args, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...CACHED, ...env },
  });
  const running = watch(child, onTestFinished);
  const [line] = await running.writes(/^.*"event":"started".*$/m);
  const { web, hooks } = JSON.parse(line) as Record<'web' | 'hooks', string>;
  const daemon = { web: `http://${web}`, hooks: `http://${hooks}` };
  const ask = (path: string, { method = 'GET', accept = '*/*' }: { method?: string; accept?: string } = {}) =>
    fetch(`${daemon.web}${path}`, { method, headers: { authorization: `Bearer ${token}`, accept } });
  const control: Omit<RunningDaemon, keyof Running | keyof typeof daemon> = {
    get: (path, accept = '*/*') => ask(path, { accept }),
    async run(probe) {
      const answer = await ask(`/api/v1/probes/${probe}/run`, { method: 'POST' });
      const text = await answer.text();
      const [, id] = /attempt (\S+) has started/.exec(text) ?? [];
      if (id === undefined) throw new Error(text);
      return id;
    },
    async attempt(id) {
      await running.writes(new RegExp(`"attempt":"${id}".*"event":"attempt"`));
      return (await (await ask(`/api/v1/attempts/${id}`)).json()) as Attempt;
    },
    async attempts() {
      const answer = await ask('/api/v1/attempts?limit=1000');
      return ((await answer.json()) as { attempts: Attempt[] }).attempts;
    },
    async metrics() {
      return readExposition(await (await ask('/metrics', { accept: 'text/plain' })).text(), false);
    },
    async longestTurnMs() {
      child.send('longest turn');
      const [answer] = (await once(child, 'message')) as [number];
      return answer;
    },
  };
  return Object.assign(running, daemon, control);
}

function watch(child: ChildProcess, onTestFinished: Finish): Running {
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
