import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve, dirname } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Bottom first. Rooms of one floor do not import one another, unless they are the same room. */
const FLOORS: readonly (readonly string[])[] = [
  ['domain'],
  ['ports'],
  ['vendors'],
  ['engine'],
  ['config', 'inboxes', 'senders', 'factors', 'flows', 'stores', 'queue', 'metrics', 'web', 'sim', 'runtime'],
  ['index'],
  ['app'],
  ['drill'],
  ['cli'],
  ['main'],
];
const TOP_FLOORS = new Set(['app', 'drill', 'index', 'cli', 'main']);
const ENGINE = 'engine';

const room = (file: string): string => relative(SRC, file).split('/')[0]?.replace(/\.ts$/, '') ?? '';
const floorOf = (name: string): number => FLOORS.findIndex((rooms) => rooms.includes(name));

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...found].map((match) => ({ from: file, to: resolve(dirname(file), match[1] ?? '') }));
}

export function wrongImport({ from, to }: Import): string | null {
  const [here, there] = [room(from), room(to)];
  const [low, high] = [floorOf(here), floorOf(there)];
  if (low < 0) return `${here} is a room without a floor`;
  if (here === there || high < low) {
    const adapterToEngine = there === ENGINE && !TOP_FLOORS.has(here) && here !== ENGINE;
    return adapterToEngine ? `${relative(SRC, from)} imports the engine` : null;
  }
  return `${relative(SRC, from)} imports ${high > low ? 'up' : 'sideways'}: ${relative(SRC, to)}`;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join(SRC, file));

test('imports point down only, and adapters know neither one another nor the engine', () => {
  expect(files.flatMap(importsOf).map(wrongImport).filter(Boolean)).toEqual([]);
});

test('the rule itself catches an import that points up, sideways, or into the engine', () => {
  const at = (from: string, to: string) => wrongImport({ from: join(SRC, from), to: join(SRC, to) });
  expect(at('domain/lease.ts', 'ports/clock.ts')).toContain('up');
  expect(at('flows/index.ts', 'inboxes/index.ts')).toContain('sideways');
  expect(at('web/api.ts', 'engine/scheduler.ts')).toContain('engine');
  expect(at('engine/scheduler.ts', 'domain/lease.ts')).toBeNull();
  expect(at('app.ts', 'engine/scheduler.ts')).toBeNull();
});

test('the domain knows no time, no chance and no machine', () => {
  const impure = /from 'node:|Date\.now|new Date\(\)|Math\.random|\bprocess\.[a-z]|\bcrypto\.[a-z]/;
  const found = files.filter((file) => room(file) === 'domain' && impure.test(readFileSync(file, 'utf8')));
  expect(found.map((file) => relative(SRC, file))).toEqual([]);
});

test('only the configuration reads the environment', () => {
  const found = files.filter(
    (file) => room(file) !== 'config' && readFileSync(file, 'utf8').includes('process.env'),
  );
  expect(found.map((file) => relative(SRC, file))).toEqual([]);
});
