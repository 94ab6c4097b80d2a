import { createApp, type App } from '../app/create-app.ts';
import { FlowsRefused } from '../app/prepare.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Config } from '../config/config.ts';
import { createSystemClock } from '../runtime/system-clock.ts';
import { loadOrShow, loggerOf, type CommandContext } from './context.ts';
import { EXIT, exitOf } from './exit-status.ts';
import { createProgress } from './progress.ts';
import { renderAttempt } from './render-attempt.ts';

/** `run PROBE`: one attempt now, within all limits, with live progress. */
export async function run(context: CommandContext, probe: string, json: boolean): Promise<number> {
  const config = await loadOrShow(context);
  if (!config) return EXIT.usage;
  const known = [...Object.keys(config.probes), ...Object.keys(config.controls)];
  if (!known.includes(probe)) {
    context.terminal.err(`there is no probe named ${probe}; there are: ${known.join(', ') || 'none'}\n`);
    return EXIT.usage;
  }
  try {
    return await runOnce(context, config, probe, json);
  } catch (error) {
    context.terminal.err(`cannot run: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof FlowsRefused ? EXIT.usage : EXIT.unmeasured;
  }
}

async function runOnce(
  context: CommandContext,
  config: Config,
  probe: string,
  json: boolean,
): Promise<number> {
  const { version, terminal, flags } = context;
  const progress = createProgress(terminal, createSystemClock());
  // The progress and the result say it all; log lines would only break into them.
  const logger = flags.logLevel === 'debug' ? loggerOf(context) : { log: () => undefined };
  const app = await createApp(config, { version, logger, mode: 'attempts', observers: [progress.observer] });
  try {
    await app.start();
    const attempt = await startOne(context, app, probe);
    progress.end();
    if (!attempt) return EXIT.unmeasured;
    terminal.out(json ? `${JSON.stringify(attempt, null, 2)}\n` : renderAttempt(attempt));
    return exitOf[attempt.fault];
  } finally {
    progress.end();
    await app.stop();
  }
}

async function startOne(context: CommandContext, app: App, probe: string): Promise<Attempt | null> {
  const spec = app.spec(probe);
  if (!spec) throw new Error(`the probe ${probe} was not built`);
  await app.engine.reception.opened(spec.accounts.map((account) => account.inbox));
  const started = await app.engine.scheduler.run(spec, 'manual');
  if (!started.started) {
    context.terminal.err(`not started: ${started.skip}: ${started.detail}\n`);
    return null;
  }
  const stop = () => void app.engine.desk.stop();
  context.interrupted.addEventListener('abort', stop, { once: true });
  return started.finished.finally(() => context.interrupted.removeEventListener('abort', stop));
}
