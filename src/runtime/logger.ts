import { pino } from 'pino';
import type { Logger, LogLevel } from '../ports/logger.ts';

export const LOG_FORMATS = ['logfmt', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Log lines as events with fields, on standard error; Prometheus' two formats. */
export function createLogger(level: LogLevel, format: LogFormat, write = toStderr): Logger {
  const stream = { write: (line: string) => write(format === 'json' ? toJson(line) : toLogfmt(line)) };
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
  return { log: (at, event, fields = {}) => log[at](bounded(fields), event) };
}

/** Longer texts are somebody else's, and would fill the disk. */
const MAX_CHARACTERS = 8000;

const cut = (text: string): string =>
  text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;

const bounded = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? cut(value) : value]),
  );

function toStderr(line: string): void {
  process.stderr.write(line);
}

/** An error by name, message and causes; stacks only where nobody expected it. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return cut(String(error));
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return cut(`${error.name}: ${error.message}${cause}`);
}

// All that could be escaped stands within strings, so that it stays the same JSON.
const toJson = (line: string): string => `${escapeAll(line.trimEnd())}\n`;

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
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
