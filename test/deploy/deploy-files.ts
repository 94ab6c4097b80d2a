import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { KINDS } from '../../src/app/kinds.ts';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/config.ts';

export const ROOT = join(import.meta.dirname, '../..');

export const readText = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** All documents of a YAML file, `<<` merged. */
export const readYaml = (file: string): unknown[] =>
  parseAllDocuments(readText(file), { merge: true }).map((document) => {
    const [fault] = document.errors;
    if (fault) throw fault;
    return document.toJS();
  });

export const KUBERNETES_FILES = globSync('docs/deploy/kubernetes/*.yaml', { cwd: ROOT });

export const CONFIG_FILE = 'docs/deploy/twofa-prober.yaml';

/** The variables that the configuration cannot do without, and those that have a default. */
export function variablesOfConfig(): { needed: string[]; optional: string[] } {
  const found = [...readText(CONFIG_FILE).matchAll(/\$\{(\w+)(:-[^}]*)?\}/g)];
  const names = (wanted: boolean) => [
    ...new Set(
      found.flatMap(([, name = '', fallback]) => ((fallback === undefined) === wanted ? [name] : [])),
    ),
  ];
  return { needed: names(true), optional: names(false) };
}

/** The configuration as those variables make it; throws its faults. */
export async function configWith(env: Readonly<Record<string, string>>): Promise<Config> {
  const loaded = await loadConfig(join(ROOT, CONFIG_FILE), { kinds: KINDS, env });
  if (loaded.ok) return loaded.config;
  throw new Error(renderDiagnostics(loaded.faults, CONFIG_FILE));
}

/** A value for each secret, long enough for a token. */
export const secretsOf = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `the-${name.toLowerCase()}-of-a-test`]));
