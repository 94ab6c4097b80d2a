import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { CONFIG_ENV } from '../support/config-kinds.ts';
import { CONFIG_TEXT, loadText } from '../support/config-text.ts';

const WORDS = [
  'contact',
  'web',
  'listen',
  'inboxes',
  'phones',
  'targets',
  'probes',
  'flow',
  'kind',
  'steps',
  'accounts',
];
const PIECES = [
  ': ',
  '- ',
  '\n',
  '\n  ',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '<<: ',
  '!!str ',
  '|',
  '"',
  "'",
  '#',
  '${A}',
  '${',
  ',',
];

const yamlish = fc
  .array(fc.oneof(fc.constantFrom(...WORDS, ...PIECES), fc.string({ maxLength: 6 })))
  .map((p) => p.join(''));

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.double());
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 5 })), tie('tree'), {
      maxKeys: 5,
    }),
  ),
}));

test('no text makes it throw: there is a configuration, or there are faults with places in the text', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        yamlish,
        tree.map((data) => stringify(data)),
      ),
      async (text) => {
        const loaded = await loadText(text);
        if (loaded.ok) return;
        expect(loaded.faults.length).toBeGreaterThan(0);
        const lines = text.split(/\r\n|\r|\n/).length;
        for (const { line } of loaded.faults) expect(line ?? 1).toBeLessThanOrEqual(lines);
        expect(renderDiagnostics(loaded.faults, 'f')).not.toMatch(/(?!\n)\p{Cc}/u);
      },
    ),
    { numRuns: 150 },
  );
});

test('a good configuration with one part replaced by anything still never makes it throw', async () => {
  const lines = CONFIG_TEXT.trimEnd().split('\n');
  await fc.assert(
    fc.asyncProperty(fc.nat(lines.length - 1), tree, async (at, data) => {
      const [key = ''] = /^\s*[^:]+:/.exec(lines[at] ?? '') ?? [];
      const changed = lines.with(at, `${key} ${JSON.stringify(data)}`).join('\n');
      const loaded = await loadText(changed);
      expect(loaded.ok || loaded.faults.length > 0).toBe(true);
    }),
    { numRuns: 100 },
  );
});

/** The variables of the configuration that hold a secret. */
const SECRET_PLACES = ['RACK', 'TOKEN', 'P1', 'P2', 'P3', 'T3'];

test('no fault shows a secret, whatever else is broken around it', async () => {
  const secret = fc
    .string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 20 })
    .filter((text) => /^[a-z0-9!]{8,}$/i.test(text));
  const breakage = fc.constantFrom(
    ['authorized: true', 'authorized: maybe'],
    ['phone: us-a', 'phone: us-x'],
    ['username: one, ', ''],
    ['kind: webhook', 'kind: webhok'],
    ['contact', 'kontact'],
    ['accounts:', 'accounts: {'],
    ['password', 'pasword'],
    ['secret', 'secrets'],
    ['totpSecret: ', 'totpSecret:'],
    ["schedule: '", 'schedule: "'],
  );
  await fc.assert(
    fc.asyncProperty(
      secret,
      fc.constantFrom(...SECRET_PLACES),
      breakage,
      fc.boolean(),
      async (value, place, broken, literal) => {
        const [from = '', to = ''] = broken;
        const hole = `\${${place}}`;
        const text = (literal ? CONFIG_TEXT.replace(hole, () => JSON.stringify(value)) : CONFIG_TEXT).replace(
          from,
          to,
        );
        const loaded = await loadText(text, { env: { ...CONFIG_ENV, [place]: value } });
        const rendered = renderDiagnostics(loaded.ok ? loaded.notices : loaded.faults, 'f');
        expect(rendered).not.toContain(value);
      },
    ),
    { numRuns: 100 },
  );
});
