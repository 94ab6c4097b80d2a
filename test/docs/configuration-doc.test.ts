import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { propertyNames } from './property-names.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = await readFile(join(ROOT, 'docs/configuration.md'), 'utf8');
const flows = await readFile(join(ROOT, 'docs/flows.md'), 'utf8');
const schema: unknown = JSON.parse(await readFile(join(ROOT, 'schema.json'), 'utf8'));

test('every key of the configuration is in the page', () => {
  const names = propertyNames(schema);
  expect(names).toContain('targetFalseAlarmDays');
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('every section of the configuration has a heading', () => {
  const { properties } = schema as { properties: Record<string, { type?: string }> };
  const sections = Object.entries(properties).filter(([, { type }]) => type === 'object');
  expect(sections.length).toBeGreaterThan(8);
  expect(sections.map(([name]) => name).filter((name) => !page.includes(`\n## ${name}\n`))).toEqual([]);
});

test('the defaults in the pages are those of the schema', () => {
  const told = [...`${page}\n${flows}`.matchAll(/^\| `(\w+)` \| `?([^`|]+?)`? \|/gm)].map(
    ([, name = '', value = '']) => [name, value],
  );
  const wrong = defaultsIn(schema).filter(
    ([name, value]) => !told.some(([key, text]) => key === name && text === value),
  );
  // These stand in the row of their section.
  expect(
    wrong.map(([name]) => name).filter((name) => !['sends', 'window', 'timezone'].includes(name)),
  ).toEqual([]);
});

/** Texts, numbers and booleans that stand for what is left out, by key. */
function defaultsIn(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const properties: unknown = 'properties' in value ? value.properties : {};
  const own = Object.entries(properties ?? {}).flatMap(([name, property]: [string, unknown]) => {
    const given: unknown =
      typeof property === 'object' && property && 'default' in property ? property.default : null;
    const plain = typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean';
    return plain ? [[name, String(given)] as [string, string]] : [];
  });
  return [...own, ...Object.values(value).flatMap(defaultsIn)];
}
