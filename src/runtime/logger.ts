import { pino } from 'pino';
import type { Logger, LogLevel } from '../ports/logger.ts';

export const LOG_FORMATS = ['logfmt', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Log lines as events with fields, on standard error; Prometheus' two formats. */
export function createLogger(level: LogLevel, format: LogFormat, write = toStderr): Logger {
  const stream = { write: format === 'json' ? write : (line: string) => write(toLogfmt(line)) };
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'event',
      serializers: { error: describeError },
    },
    stream,
  );
  return { log: (at, event, fields = {}) => log[at](fields, event) };
}

function toStderr(line: string): void {
  process.stderr.write(line);
}

/** An error by name, message and causes; stacks only where nobody expected it. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.name}: ${error.message}${cause}`;
}

function toLogfmt(line: string): string {
  const fields = JSON.parse(line) as Record<string, unknown>;
  return `${Object.entries(fields)
    .map(([key, value]) => `${key}=${logfmtValue(value)}`)
    .join(' ')}\n`;
}

// Quoting by JSON also escapes line breaks and control characters, so that hostile text stays one field.
function logfmtValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[A-Za-z0-9_.:/+-]+$/.test(text) ? text : escapeAll(JSON.stringify(text));
}

// Bidi overrides, C1 controls and the like could rewrite what a terminal shows.
const escapeAll = (text: string): string =>
  text.replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
