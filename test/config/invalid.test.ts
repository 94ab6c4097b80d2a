import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { loadConfig } from '../../src/config/load.ts';
import { CONFIG_ENV, CONFIG_KINDS } from '../support/config-kinds.ts';

const FOLDER = join(import.meta.dirname, 'invalid');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

/** The comments at the top of each file are what must be said about it: `line:column  path: message`. */
function expectedOf(file: string): string[] {
  const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('# '));
  return lines.slice(0, end).map((line) => line.slice(2));
}

async function faultsOf(file: string): Promise<string[]> {
  const loaded = await loadConfig(join(FOLDER, file), { kinds: CONFIG_KINDS, env: CONFIG_ENV });
  const rendered = loaded.ok ? 'no faults' : renderDiagnostics(loaded.faults, '');
  return rendered
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^:/, '').trim());
}

test('there are at least forty classes of bad configuration', () => {
  expect(files.length).toBeGreaterThanOrEqual(40);
});

test.each(files)('%s is refused with exactly the faults it announces', async (file) => {
  expect(await faultsOf(file)).toEqual(expectedOf(file));
});

test('no fault of any of these files shows a secret or a full number', async () => {
  const everything = (await Promise.all(files.map(faultsOf))).flat().join('\n');
  for (const secret of ['hunter2', ...Object.values(CONFIG_ENV)]) expect(everything).not.toContain(secret);
  expect(everything).not.toMatch(/\+?1[ -]?500[ -]?555[ -]?[0-9]{4}/);
});
