import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load.ts';
import { planOf } from '../../src/config/plan-of.ts';
import { renderEstimate } from '../../src/config/render-check.ts';
import { initTemplate, TEMPLATE_VARIABLES } from '../../src/config/template.ts';
import { FACTORS } from '../../src/factors/index.ts';
import { FLOWS } from '../../src/flows/index.ts';
import { INBOXES } from '../../src/inboxes/index.ts';
import { SENDERS } from '../../src/senders/index.ts';

const KINDS = { inboxes: INBOXES, senders: SENDERS, flows: FLOWS, factors: FACTORS };
const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'probes/examples');
const examples = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

/** A value for each variable that a text asks for. */
function environmentOf(text: string): Record<string, string> {
  const names = [...text.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map((match) => match[1] ?? '');
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}

function valueOf(name: string): string {
  if (name.includes('SID')) return 'AC00000000000000000000000000000000';
  if (name.includes('TOTP_SECRET')) return 'JBSWY3DPEHPK3PXP';
  return `${name.toLowerCase()}-of-twenty-letters`;
}

const saidAbout = async (path: string, text: string, env: Record<string, string>) => {
  const loaded = await loadConfig(path, { kinds: KINDS, env, readFile: async () => text });
  return { ok: loaded.ok, said: renderDiagnostics(loaded.ok ? loaded.notices : loaded.faults, path) };
};

test.each(examples)('the example %s passes with nothing to say about it', async (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const env = environmentOf(text);
  expect(await saidAbout(file, text, env)).toEqual({ ok: true, said: '' });
});

test('the starter passes once its variables are set, and says which are missing before', async () => {
  const text = initTemplate();
  const env = Object.fromEntries(TEMPLATE_VARIABLES.map((name) => [name, valueOf(name)]));
  expect(await saidAbout('twofa.yaml', text, env)).toEqual({ ok: true, said: '' });
  const bare = await saidAbout('twofa.yaml', text, {});
  expect(bare.said.match(/environment variable \w+/g)).toEqual(
    TEMPLATE_VARIABLES.map((name) => `environment variable ${name}`),
  );
});

test('the example of several carriers is found broken within ten minutes', async () => {
  const path = join(FOLDER, 'carriers.yaml');
  const loaded = await loadConfig(path, { kinds: KINDS, env: environmentOf(readFileSync(path, 'utf8')) });
  expect(loaded.ok && renderEstimate(planOf(loaded.config, FACTORS))).toMatch(/acme-sms .* 10m/);
});

test('schema.json is what the kinds say; else run `npx node scripts/schema.ts`', () => {
  const written: unknown = JSON.parse(readFileSync(join(ROOT, 'schema.json'), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(configJsonSchema(KINDS))));
});
