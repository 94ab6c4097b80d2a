import type { Config } from '../config/config.ts';
import { renderDiagnostics } from '../config/diagnostics.ts';
import { loadConfig } from '../config/load.ts';
import { KINDS } from '../app/kinds.ts';
import type { Logger, LogLevel } from '../ports/logger.ts';
import { createLogger, type LogFormat } from '../runtime/logger.ts';
import type { Terminal } from './terminal.ts';

/** The flags that every command takes. */
export interface GlobalFlags {
  readonly configFile: string;
  readonly webListenAddress: string | undefined;
  readonly webConfigFile: string | undefined;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly flags: GlobalFlags;
  readonly version: string;
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly interrupted: AbortSignal;
}

export const loggerOf = ({ flags, terminal }: CommandContext): Logger =>
  createLogger(flags.logLevel, flags.logFormat, (line) => terminal.err(line));

export function load(context: CommandContext) {
  const { configFile, webListenAddress, webConfigFile } = context.flags;
  const webListen = webListenAddress === undefined ? {} : { webListen: webListenAddress };
  const webFile = webConfigFile === undefined ? {} : { webFile: webConfigFile };
  return loadConfig(configFile, { kinds: KINDS, ...webListen, ...webFile });
}

/** The configuration, or null after its faults were shown. */
export async function loadOrShow(context: CommandContext): Promise<Config | null> {
  const loaded = await load(context);
  const { configFile } = context.flags;
  if (loaded.ok) {
    if (loaded.notices.length > 0) context.terminal.err(renderDiagnostics(loaded.notices, configFile));
    return loaded.config;
  }
  context.terminal.err(renderDiagnostics(loaded.faults, configFile));
  return null;
}
