import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify, parse } from 'yaml';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { loadConfig } from '../../src/config/load.ts';
import { FACTORS } from '../../src/factors/index.ts';
import { FLOWS } from '../../src/flows/index.ts';
import { checkTypes } from '../../src/flows/module/check-types.ts';
import { STEP_STAGES, WORDS } from '../../src/flows/steps/word.ts';
import { INBOXES } from '../../src/inboxes/index.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { SENDERS } from '../../src/senders/index.ts';
import { fencedBlocks } from './fenced-blocks.ts';
import { propertyNames } from './property-names.ts';

const KINDS = { inboxes: INBOXES, senders: SENDERS, flows: FLOWS, factors: FACTORS };
const ROOT = join(import.meta.dirname, '../..');
const page = await readFile(join(ROOT, 'docs/flows.md'), 'utf8');
const yamlBlocks = fencedBlocks(page, 'yaml');
const codeBlocks = fencedBlocks(page, 'ts');

/** A configuration around a flow, with which nothing else is wrong. */
const around = (flow: unknown): string =>
  stringify({
    contact: 'sre@example.com',
    hooks: {},
    inboxes: { gateway: { kind: 'webhook', secret: 'a-secret-of-thirty-two-characters' } },
    phones: { us: { number: '+12025550111', inbox: 'gateway', country: 'US', carrier: 'a' } },
    targets: {
      shop: {
        url: 'https://login.example.com',
        authorized: true,
        accounts: { one: { username: 'one', password: 'secret', phone: 'us' } },
      },
    },
    probes: { 'shop-sms': { target: 'shop', factor: 'sms', schedule: '*/10 * * * *', flow } },
  });

const saidAbout = async (flow: unknown): Promise<string> => {
  const loaded = await loadConfig('twofa.yaml', {
    kinds: KINDS,
    env: {},
    readFile: async () => around(flow),
  });
  return renderDiagnostics(loaded.ok ? loaded.notices : loaded.faults, 'twofa.yaml');
};

test.each(yamlBlocks)('the flow on line $line of docs/flows.md passes the check', async ({ text }) => {
  expect(await saidAbout(parse(text))).toBe('');
});

test('a flow with a key that does not exist would not pass', async () => {
  expect(await saidAbout({ kind: 'http', steps: [{ stage: 'login', fetch: '/' }] })).toContain('fetch');
});

test('there is an example of each kind', () => {
  const kinds = yamlBlocks.map(({ text }) => /^kind: (.*)$/m.exec(text)?.[1]);
  expect([...new Set(kinds)]).toEqual(FLOWS.map(({ kind }) => kind));
});

test('the flows in code have the right types', { timeout: 90_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-docs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = codeBlocks.map(({ line }) => join(folder, `line-${line}.ts`));
  for (const [index, { text }] of codeBlocks.entries()) await writeFile(files[index] ?? '', text);
  const wrong = join(folder, 'wrong.ts');
  await writeFile(
    wrong,
    "import { defineFlow } from 'twofa-prober';\nexport default defineFlow({ run: 1 });\n",
  );
  const checked = await checkTypes([...files, wrong], {
    folder: ROOT,
    clock: createSystemClock(),
    signal: new AbortController().signal,
  });
  // The wrong one shows that types were checked at all.
  expect(checked).toMatchObject({ checked: true, faults: [{ file: wrong, line: 2 }] });
  expect(files.length).toBeGreaterThanOrEqual(3);
});

test('every stage, word, matcher and key of a flow is in the page', async () => {
  const schema: unknown = JSON.parse(await readFile(join(ROOT, 'schema.json'), 'utf8'));
  const names = propertyNames(flowsIn(schema)).filter((name) => name !== 'kind');
  expect(names).toContain('notText');
  const missing = [...names, ...STEP_STAGES, ...WORDS].filter((name) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

/** The alternatives of a probe's flow. */
function flowsIn(schema: unknown): unknown {
  return ['properties', 'probes', 'additionalProperties', 'properties', 'flow'].reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    schema,
  );
}
