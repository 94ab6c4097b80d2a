import { createApp, type App } from '../app/create-app.ts';
import type { Config } from '../config/config.ts';
import { loadOrShow, loggerOf, type CommandContext } from './context.ts';
import { EXIT } from './exit-status.ts';

/** `start`: the daemon, until it is interrupted. */
export async function start(context: CommandContext): Promise<number> {
  const config = await loadOrShow(context);
  if (!config) return EXIT.usage;
  const app = await openApp(context, config);
  if (!app) return EXIT.usage;
  return runUntilInterrupted(context, app);
}

async function openApp(context: CommandContext, config: Config): Promise<App | null> {
  const { version } = context;
  try {
    const reread = () => loadOrShow(context);
    return await createApp(config, { version, logger: loggerOf(context), reread });
  } catch (error) {
    context.terminal.err(`cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

/** Starts the app, follows SIGHUP, and stops it in order when the process is to end. */
export async function runUntilInterrupted(
  context: CommandContext,
  app: App,
  onStarted: (where: Awaited<ReturnType<App['start']>>) => void = () => undefined,
): Promise<number> {
  const { interrupted, version } = context;
  const logger = loggerOf(context);
  const reload = () => void app.operations.act({ kind: 'reload' });
  process.on('SIGHUP', reload);
  try {
    const where = await app.start();
    logger.log('info', 'started', { version, pid: process.pid, ...shown(where) });
    onStarted(where);
    await until(interrupted);
    logger.log('info', 'stopping', { in_flight: app.engine.desk.inFlight });
    return EXIT.ok;
  } catch (error) {
    context.terminal.err(`cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.usage;
  } finally {
    process.off('SIGHUP', reload);
    await app.stop();
    logger.log('info', 'stopped');
  }
}

/** `web=127.0.0.1:9823`; what does not listen is left out. */
const shown = (where: Awaited<ReturnType<App['start']>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(where).flatMap(([name, at]) =>
      at ? [[name, `${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}`]] : [],
    ),
  );

export function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
