import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createApp } from '../../src/app/create-app.ts';
import { KINDS } from '../../src/app/kinds.ts';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import { readExposition, type Family } from '../support/exposition.ts';
import { FakeTicker } from '../support/fake-ticker.ts';

export interface Daemon {
  /** Fires the probe's schedule, and waits for the attempt to end. Rejects when the tick is skipped. */
  readonly tick: (probe: string) => Promise<Attempt>;
  /** What Prometheus would scrape now. */
  readonly scrape: () => Promise<ReadonlyMap<string, Family>>;
  readonly hooks: { readonly host: string; readonly port: number };
}

/** The daemon as `start` runs it, from a file of YAML, on the machine's clock; only its schedules wait to be fired. */
export async function startDaemon(yaml: string, env: Record<string, string>): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-prober-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'twofa-prober.yaml');
  await writeFile(file, yaml);
  const loaded = await loadConfig(file, { kinds: KINDS, env });
  if (!loaded.ok) throw new Error(renderDiagnostics(loaded.faults, file));

  const ticker = new FakeTicker();
  const listeners = new Set<(event: ProbeEvent) => void>();
  const app = await createApp(loaded.config, {
    version: '0.0.0',
    logger: { log: () => undefined },
    ticker,
    observers: [{ observe: (event) => listeners.forEach((listener) => listener(event)) }],
  });
  onTestFinished(() => app.stop());
  const { web, hooks } = await app.start();
  if (!web || !hooks) throw new Error('it does not listen');

  return {
    hooks,
    tick(probe) {
      const cron = app.spec(probe)?.schedule.cron;
      if (cron === undefined) throw new Error(`there is no probe ${probe}`);
      return new Promise((resolve, reject) => {
        listeners.add(function listener(event) {
          if (event.kind === 'attempt_finished' && event.attempt.probe === probe) {
            listeners.delete(listener);
            resolve(event.attempt);
          } else if (event.kind === 'tick_skipped' && event.probe === probe) {
            listeners.delete(listener);
            reject(new Error(`skipped: ${event.reason}: ${event.detail}`));
          }
        });
        ticker.fire(cron, Date.now());
      });
    },
    async scrape() {
      const answer = await fetch(`http://${web.host}:${web.port}/metrics`);
      return readExposition(await answer.text(), false);
    },
  };
}
