import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App, type AppOptions } from '../src/app/create-app.ts';
import type { Attempt } from '../src/domain/attempt.ts';
import type { ProbeSpec } from '../src/engine/probe-spec.ts';
import type { ProbeEvent } from '../src/ports/observer.ts';
import { configOf, type BenchConfig } from './configuration.ts';

/** The real daemon in this process, its store in a file. */
export interface Prober {
  readonly app: App;
  readonly web: string;
  /** One login with the account of that number, now. */
  login(index: number): Promise<Attempt>;
  stop(): Promise<void>;
}

export interface ProberOptions extends Pick<AppOptions, 'store'> {
  readonly onEvent?: (event: ProbeEvent) => void;
}

/** A folder that goes when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twofa-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function startProber(bench: BenchConfig, options: ProberOptions = {}): Promise<Prober> {
  const config = await configOf(bench);
  const { onEvent, ...rest } = options;
  const observers = onEvent ? [{ observe: onEvent }] : [];
  const app = await createApp(config, {
    version: 'bench',
    logger: { log: () => undefined },
    observers,
    ...rest,
  });
  const { web } = await app.start();
  const names = bench.accounts.map(({ username }) => username);
  const specs = names.map((name) => specOf(app, bench.probes === 'one' ? 'acme-login' : `of-${name}`));
  const byName = new Map(
    specs.flatMap((spec) => spec.accounts.map((account) => [account.candidate.account, account] as const)),
  );
  return {
    app,
    web: web ? `http://${web.host}:${web.port}` : '',
    async login(index) {
      const [spec, account] = [specs[index], byName.get(names[index] ?? '')];
      if (!spec || !account) throw new Error(`there is no account ${index}`);
      const started = await app.engine.scheduler.run(spec, 'manual', [account]);
      if (!started.started) throw new Error(`not started: ${started.skip}: ${started.detail}`);
      return started.finished;
    },
    stop: () => app.stop(),
  };
}

function specOf(app: App, name: string): ProbeSpec {
  const spec = app.spec(name);
  if (!spec) throw new Error(`the probe ${name} was not built`);
  return spec;
}
