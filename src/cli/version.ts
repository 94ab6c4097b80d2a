import { readFileSync } from 'node:fs';

/** The version of the package that this file is in. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { version } = Object(manifest) as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}
